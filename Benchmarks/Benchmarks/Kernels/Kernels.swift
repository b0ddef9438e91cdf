import Benchmark
import FERMetric
import FERMetricBLAS
import FERMetricDNN
import Foundation

/// One matrix product and one convolution, both of ResNet-50's sizes, with each backend that is meant to be fast.
let benchmarks: @Sendable () -> Void = {
  let configuration = Benchmark.Configuration(
    metrics: [.wallClock, .peakMemoryResident], warmupIterations: 3, maxDuration: .seconds(5))
  for backend in [Backend.openBLAS, .oneDNN] {
    // 1×1, 1024 to 256 channels, over 16 maps of 14×14: 1.6 billion operations.
    Benchmark("Matrix product 3136×1024×256, \(backend)", configuration: configuration) { benchmark in
      backend.prepareCallingThread(threads: ProcessInfo.processInfo.activeProcessorCount)
      let (left, right) = (normal([3136, 1024]), normal([1024, 256]))
      withBackend(backend) {
        benchmark.startMeasurement()
        blackHole(left.product(right))
        benchmark.stopMeasurement()
      }
    }
    // 3.7 billion operations.
    Benchmark("Convolution 3×3, 64 channels, 16×56×56, \(backend)", configuration: configuration) { benchmark in
      backend.prepareCallingThread(threads: ProcessInfo.processInfo.activeProcessorCount)
      let geometry = ConvolutionGeometry(inputChannels: 64, outputChannels: 64, kernel: 3, padding: 1)
      let (input, weights) = (normal([16, 56, 56, 64]), normal(geometry.weightShape))
      benchmark.startMeasurement()
      blackHole(backend.single.convolution(input, weights: weights, geometry: geometry))
      benchmark.stopMeasurement()
    }
  }
}

private func normal(_ shape: Shape) -> Tensor<Float> {
  var generator = SeededGenerator(seed: 0)
  return Tensor((0..<shape.elementCount).map { _ in Float(generator.nextNormal()) }, shape: shape)
}
