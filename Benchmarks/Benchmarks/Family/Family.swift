import Benchmark
import FERMetric
import FERMetricDNN
import FERModels
import Foundation
import Workloads

/// Every metric loss by its name: zeroing, value, and the gradients by embeddings and centers, on batches of three sizes.
let benchmarks: @Sendable () -> Void = {
  let shapes = [
    BatchShape(samples: 32, dimension: 128, classes: 7), .family,
    BatchShape(samples: 1024, dimension: 128, classes: 100),
  ]
  for name in LossName.allCases where name.family != .classification {
    for shape in shapes {
      Benchmark(
        "\(name.rawValue), \(shape)",
        configuration: .init(metrics: [.wallClock], warmupIterations: 3, maxDuration: .milliseconds(500))
      ) { (benchmark, workload: Kept<FamilyWorkload>) in
        // On the thread that runs the kernels: the libraries' threads belong to it.
        Backend.oneDNN.prepareCallingThread(threads: ProcessInfo.processInfo.activeProcessorCount)
        try withBackend(.oneDNN) {
          benchmark.startMeasurement()
          blackHole(try workload.value.step())
          benchmark.stopMeasurement()
        }
      } setup: {
        guard let workload = FamilyWorkload(name, FamilyBatches(shape, seed: 0)) else {
          fatalError("\(name.rawValue) is no metric loss")
        }
        return Kept(workload)
      }
    }
  }
}
