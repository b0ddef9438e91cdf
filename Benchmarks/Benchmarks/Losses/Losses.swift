import Benchmark
import FERMetric
import FERMetricDNN
import Workloads

/// AMTC3L: zeroing, selection, value and all gradients, with each sampler on the batches that it is compared with other
/// programs on, and with the samplers of the paper on batches of several sizes, on one thread and on more of oneDNN's.
let benchmarks: @Sendable () -> Void = {
  for (shape, threads) in BatchShape.several.flatMap({ shape in ThreadCounts.measured.map { (shape, $0) } }) {
    for (name, sampler) in shape == .losses ? NamedSampler.all : NamedSampler.paper {
      // So many steps are one measurement that the clock does not matter.
      let scale = shape.samples * shape.dimension * shape.classes <= 1 << 20 ? BenchmarkScalingFactor.kilo : .one
      Benchmark(
        "AMTC3L, \(name), \(shape), \(title(threads: threads))",
        configuration: .init(
          metrics: [.wallClock], warmupIterations: 1, scalingFactor: scale, maxDuration: .seconds(2))
      ) { benchmark, workload in
        try Backend.oneDNN.run(threads: threads) {
          benchmark.startMeasurement()
          for _ in benchmark.scaledIterations { blackHole(try workload.value.step()) }
          benchmark.stopMeasurement()
        }
      } setup: {
        Kept(LossWorkload(LossBatches(shape, seed: 0), sampler: sampler))
      }
    }
  }
}
