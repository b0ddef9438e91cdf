import Benchmark
import FERMetric
import Workloads

/// The selection of negatives alone: by each sampler for batches of 64, with few classes and with many, and by the
/// samplers of the paper for batches of several sizes.
let benchmarks: @Sendable () -> Void = {
  for shape in BatchShape.several {
    for (name, sampler) in shape.samples == 64 ? NamedSampler.all : NamedSampler.paper {
      Benchmark(
        "\(name), \(shape)", configuration: .init(metrics: [.wallClock], warmupIterations: 3, maxDuration: .seconds(1))
      ) { benchmark, workload in
        benchmark.startMeasurement()
        blackHole(workload.value.step())
        benchmark.stopMeasurement()
      } setup: {
        Kept(SelectionWorkload(LossBatches(shape, seed: 0), sampler: sampler))
      }
    }
  }
}
