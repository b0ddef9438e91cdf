public import FERMetric

/// Draws the initial values of parameters.
///
/// Layers ask for their weights in a fixed order, so that a seed determines a model:
///
///     var initializer = WeightInitializer(seed: 7)
///     let layer = Linear<Float>(inputs: 512, outputs: 7, using: &initializer)
///
/// A model whose weights are about to be loaded takes ``zeros``, which costs no draws.
public struct WeightInitializer: Sendable {
  private var generator: SeededGenerator?

  /// Creates an initializer that draws from the generator of `seed`.
  public init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  private init(generator: SeededGenerator?) {
    self.generator = generator
  }

  /// An initializer that fills weights with zeros.
  public static let zeros = WeightInitializer(generator: nil)

  /// Weights from N(0, 2/fan): the initialization for layers followed by a ReLU.
  ///
  /// - Parameters:
  ///   - shape: The shape of the weights.
  ///   - fan: For torchvision's ResNets the fan-out: output channels times the area of the filter.
  /// - SeeAlso: K. He et al., *Delving deep into rectifiers*, ICCV 2015.
  public mutating func kaimingNormal<Scalar: TensorScalar>(_ shape: Shape, fan: Int) -> Tensor<Scalar> {
    let deviation = (2 / Double(fan)).squareRoot()
    return draw(shape) { deviation * $0.nextNormal() }
  }

  /// Weights from the uniform distribution over −1/√fan ... 1/√fan: PyTorch's default for linear layers, there called
  /// `kaiming_uniform` with a = √5.
  public mutating func uniform<Scalar: TensorScalar>(_ shape: Shape, fan: Int) -> Tensor<Scalar> {
    let bound = 1 / Double(fan).squareRoot()
    return draw(shape) { $0.nextUniform(in: -bound...bound) }
  }

  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  private mutating func draw<Scalar: TensorScalar>(
    _ shape: Shape, _ next: (inout SeededGenerator) -> Double
  ) -> Tensor<Scalar> {
    var tensor = Tensor<Scalar>(zeros: shape)
    guard var generator else { return tensor }
    var elements = tensor.mutableSpan
    for i in elements.indices { elements[i] = Scalar(next(&generator)) }
    self.generator = generator
    return tensor
  }
}
