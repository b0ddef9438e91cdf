// One's own data source, training loop and metric loss; progress by a callback, cancellation by a signal.

import FERMetric
import FERMetricDNN
import FERModels

try withBackend(.oneDNN) {
  var loop = Loop(metric: CenterPull(), lambda: 0.01)
  let values = try loop.run(steps: 50) { step, value in
    if step % 10 == 0 {
      print("step \(step): cross-entropy \(value.crossEntropy), center loss \(value.metric?.value ?? 0)")
    }
  }
  let (early, late) = (values.prefix(10).reduce(0, +) / 10, values.suffix(10).reduce(0, +) / 10)
  print("mean objective of the first ten steps \(early), of the last ten \(late)")
  precondition(values.count == 50 && late < early / 2, "the loss falls")

  let stop = StopSignal()
  let cancelled = try loop.run(steps: 50, stop: stop) { step, _ in
    if step == 5 { stop.request() }  // any thread may do this: a button, a signal handler, a deadline
  }
  precondition(cancelled.count == 5, "a cancelled loop ends after the step at hand")
  print("cancelled after \(cancelled.count) steps")
}
