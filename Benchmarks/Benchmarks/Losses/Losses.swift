import Benchmark
import FERMetric
import Workloads

/// AMTC3L with each sampler: zeroing, selection, value and all gradients of 64 samples, 512 dimensions, 7 classes.
let benchmarks: @Sendable () -> Void = {
  let samplers: [(name: String, sampler: any NegativeSampler<Float>)] = [
    ("MathSynthSampler", .mathSynth()), ("NetworkSemanticSampler", .networkSemantic()), ("MixedSampler", .mixed()),
    ("nearest center", .nearestCenter()), ("present nearest", .presentNearestCenter()),
    ("all centers", .allCenters()), ("random center", .randomCenter()), ("farthest center", .farthestCenter()),
  ]
  let batches = LossBatches(seed: 0)
  for (name, sampler) in samplers {
    Benchmark(
      "AMTC3L, \(name)",
      configuration: .init(metrics: [.wallClock], scalingFactor: .kilo, maxDuration: .seconds(2))
    ) { benchmark in
      var workload = LossWorkload(batches, sampler: sampler)
      try workload.step()
      benchmark.startMeasurement()
      for _ in benchmark.scaledIterations { blackHole(try workload.step()) }
    }
  }
}
