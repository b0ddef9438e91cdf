import FERMetric
import FERMetricBLAS
import FERMetricDNN
import FERModels

/// A kernel at a size that ResNet-50 has at 224 pixels and batch 16, and what it costs at the least.
public struct KernelWorkload: Sendable {
  /// What bounds a kernel's time.
  public enum Cost: Sendable {
    /// Arithmetic operations; a multiply-add counts as two.
    case operations(Double)
    /// Bytes that have to be read or written, each array once where its elements fit no cache.
    case bytes(Double)
  }

  /// The kernel and the backend.
  public let name: String
  /// The work of one run.
  public let cost: Cost
  private let backend: Backend
  private let body: @Sendable (Backend) -> () -> Void

  /// All kernels, with each backend that is meant to be fast.
  public static let all =
    [product] + [Backend.openBLAS, .oneDNN].flatMap { convolutions($0) + [normalization($0)] } + elementwise

  /// Makes the operands and returns the work; run it on this thread.
  public func prepare(threads: Int) -> () -> Void {
    backend.prepareCallingThread(threads: threads)
    return body(backend)
  }

  /// A 1×1 convolution from 1024 to 256 channels over 16 maps of 14×14.
  private static var product: KernelWorkload {
    let (rows, inner, columns) = (3136, 1024, 256)
    return KernelWorkload(
      name: "Matrix product \(rows)×\(inner)×\(columns), OpenBLAS",
      cost: .operations(2 * Double(rows * inner * columns)), backend: .openBLAS
    ) { backend in
      let (left, right) = (normal([rows, inner]), normal([inner, columns]))
      return { withBackend(backend) { keep(left.product(right)) } }
    }
  }

  private static func convolutions(_ backend: Backend) -> [KernelWorkload] {
    let geometry = ConvolutionGeometry(inputChannels: 64, outputChannels: 64, kernel: 3, padding: 1)
    let shape: Shape = [16, 56, 56, 64]
    let operations = KernelWorkload.Cost.operations(2 * 9 * 64 * Double(shape.elementCount))
    func workload(
      _ direction: String,
      _ body: @escaping @Sendable (any NetworkKernels<Float>, Tensor<Float>, Tensor<Float>) -> () -> Void
    ) -> KernelWorkload {
      KernelWorkload(
        name: "Convolution 3×3, 64 channels, 16×56×56, \(direction), \(backend)", cost: operations, backend: backend
      ) { backend in body(backend.single, normal(shape), normal(geometry.weightShape)) }
    }
    return [
      workload("forward") { kernels, input, weights in
        { keep(kernels.convolution(input, weights: weights, geometry: geometry)) }
      },
      workload("by input") { kernels, gradient, weights in
        { keep(kernels.convolutionBackwardData(gradient, weights: weights, geometry: geometry, inputShape: shape)) }
      },
      workload("by weights") { kernels, gradient, weights in
        let input = normal(shape)
        var result = weights
        return {
          kernels.convolutionBackwardWeights(
            input: input, gradient: gradient, geometry: geometry, accumulatingInto: &result)
        }
      },
    ]
  }

  /// The first normalization: two readings, one for the statistics, and a result.
  private static func normalization(_ backend: Backend) -> KernelWorkload {
    let shape: Shape = [16, 112, 112, 64]
    return KernelWorkload(
      name: "Normalization with ReLU, 16×112×112×64, \(backend)", cost: .bytes(12 * Double(shape.elementCount)),
      backend: backend
    ) { backend in
      let (input, kernels) = (normal(shape), backend.single)
      let (scale, shift) = (normal([64]), normal([64]))
      return {
        keep(
          kernels.normalization(
            input, scale: scale, shift: shift, epsilon: 1e-5, rectified: true, residual: nil
          ).output)
      }
    }
  }

  /// Loops of this package's own, on one thread whatever the backend.
  private static var elementwise: [KernelWorkload] {
    let count = 1 << 23
    return [
      KernelWorkload(
        name: "Sum of two tensors, \(count) elements", cost: .bytes(12 * Double(count)), backend: .oneDNN
      ) { _ in
        let (left, right) = (normal([count]), normal([count]))
        return { keep(left + right) }
      },
      KernelWorkload(
        name: "Descent with momentum, \(count) elements", cost: .bytes(20 * Double(count)), backend: .oneDNN
      ) { _ in
        let gradient = normal([count])
        var weights = normal([count])
        var optimizer = StochasticGradientDescent<Float>(momentum: 0.9, weightDecay: 5e-4)
        return { optimizer.update(&weights, gradient: gradient, named: "weights", rate: 1e-6) }
      },
    ]
  }

  private static func normal(_ shape: Shape) -> Tensor<Float> {
    var generator = SeededGenerator(seed: 0)
    return Tensor((0..<shape.elementCount).map { _ in Float(generator.nextNormal()) }, shape: shape)
  }

  /// Hides from the optimizer that nobody looks at a result.
  @inline(never) private static func keep(_ result: Tensor<Float>) {}
}
