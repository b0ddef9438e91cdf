import Benchmark
import FERMetric
import FERMetricBLAS
import FERMetricDNN
import Foundation
import Workloads

/// A training step and an inference of ResNet-50 with the classifier head: 224 pixels, batch 16, all processors.
let benchmarks: @Sendable () -> Void = {
  let configuration = Benchmark.Configuration(
    metrics: [.wallClock, .peakMemoryResident], warmupIterations: 1, maxDuration: .seconds(30), maxIterations: 20)
  for backend in [Backend.oneDNN, .openBLAS] {
    for mode in ["training step", "inference"] {
      Benchmark("ResNet-50 \(mode), \(backend)", configuration: configuration) { benchmark, workload in
        // On the thread that runs the kernels: the libraries' threads belong to it.
        backend.prepareCallingThread(threads: ProcessInfo.processInfo.activeProcessorCount)
        try withBackend(backend) {
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
