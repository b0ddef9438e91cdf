import Benchmark
import Foundation
import Workloads

/// Matrix product, convolution, normalization and elementwise loops of ResNet-50's sizes, with each backend that is
/// meant to be fast. The program `roofline` runs the same and says how far they are from the machine's peaks.
let benchmarks: @Sendable () -> Void = {
  let configuration = Benchmark.Configuration(metrics: [.wallClock], warmupIterations: 3, maxDuration: .seconds(2))
  for kernel in KernelWorkload.all {
    // Prepared by the first run, on the thread of all: the libraries' threads belong to it.
    var prepared: (() -> Void)?
    Benchmark(kernel.name, configuration: configuration) { benchmark in
      let work = prepared ?? kernel.prepare(threads: ProcessInfo.processInfo.activeProcessorCount)
      prepared = work
      benchmark.startMeasurement()
      work()
      benchmark.stopMeasurement()
    }
  }
}
