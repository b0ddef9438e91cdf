import Benchmark
import FERMetric
import FERMetricBLAS
import FERMetricDNN
import Workloads

/// A training step and an inference of ResNet-50 with the classifier head: 224 pixels, batch 16, on one thread and more.
let benchmarks: @Sendable () -> Void = {
  let configuration = Benchmark.Configuration(
    metrics: [.wallClock, .peakMemoryResident], warmupIterations: 1, maxDuration: .seconds(30), maxIterations: 20)
  for (backend, threads) in [Backend.oneDNN, .openBLAS].flatMap({ backend in
    ThreadCounts.measured.map { (backend, $0) }
  }) {
    for mode in ["training step", "inference"] {
      let name = "ResNet-50 \(mode), \(backend), \(title(threads: threads))"
      Benchmark(name, configuration: configuration) { benchmark, workload in
        try backend.run(threads: threads) {
          if mode == "inference" {
            let infer = workload.value.inference()
            blackHole(infer())
            benchmark.startMeasurement()
            blackHole(infer())
          } else {
            benchmark.startMeasurement()
            blackHole(try workload.value.trainingStep())
          }
          benchmark.stopMeasurement()
        }
      } setup: {
        withBackend(backend) { Kept(NetworkWorkload(batchSize: 16, size: 224)) }
      }
    }
  }
}
