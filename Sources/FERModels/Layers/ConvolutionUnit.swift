public import FERMetric

/// A convolution with its batch normalization, an optional residual input and an optional ReLU: the unit of a ResNet.
///
///     y = relu?( normalize(x ∗ W)  [+ residual] )
///
/// The convolution has no bias: the normalization's shift takes its place. Inputs are [B, H, W, I].
public struct ConvolutionUnit<Scalar: TensorScalar>: Layer {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    let input: Tensor<Scalar>
    let normalization: BatchNormalization<Scalar>.Trace
  }

  /// The names under which the owner files the two halves, such as `conv1` and `bn1`.
  public struct Names: Sendable, Hashable {
    /// The name of the convolution.
    public let convolution: String
    /// The name of the normalization.
    public let normalization: String

    /// Creates a pair of names.
    public init(_ convolution: String, _ normalization: String) {
      self.convolution = convolution
      self.normalization = normalization
    }
  }

  /// The filters, [O, I, k, k].
  public var weight: Parameter<Scalar>
  /// The normalization of the O output channels.
  public var normalization: BatchNormalization<Scalar>
  /// The sizes of the convolution.
  public let geometry: ConvolutionGeometry
  /// The names of the two halves.
  public let names: Names

  /// Creates a unit with torchvision's initialization: filters from N(0, 2/(O·k²)), scales 1, shifts 0.
  public init(
    _ geometry: ConvolutionGeometry, rectified: Bool, names: Names, using initializer: inout WeightInitializer
  ) {
    weight = Parameter(
      initializer.kaimingNormal(
        geometry.weightShape, fan: geometry.outputChannels * geometry.kernel * geometry.kernel))
    normalization = BatchNormalization(channels: geometry.outputChannels, rectified: rectified)
    self.geometry = geometry
    self.names = names
  }

  /// Computes the output for inference; nothing changes.
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> { self(input, adding: nil) }

  /// Computes the output for inference, with a residual of the output's shape.
  public func callAsFunction(_ input: Tensor<Scalar>, adding residual: Tensor<Scalar>?) -> Tensor<Scalar> {
    var output = Scalar.kernels(of: .current).convolution(input, weights: weight.value, geometry: geometry)
    normalization.normalize(&output, adding: residual)
    return output
  }

  /// Computes the output in training, and what the backward pass needs.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Trace) {
    forward(input, adding: nil)
  }

  /// Computes the output in training, with a residual of the output's shape.
  public mutating func forward(
    _ input: consuming Tensor<Scalar>, adding residual: Tensor<Scalar>?
  ) -> (output: Tensor<Scalar>, trace: Trace) {
    let convolved = Scalar.kernels(of: .current).convolution(input, weights: weight.value, geometry: geometry)
    let (output, trace) = normalization.forward(convolved, adding: residual)
    return (output, Trace(input: input, normalization: trace))
  }

  /// Adds the gradients of the parameters and returns the gradient by the input.
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> Tensor<Scalar> {
    backwardWithResidual(gradient, through: trace).input
  }

  /// Adds the gradients of the parameters and returns those by the input and by the residual, if there was one.
  public mutating func backwardWithResidual(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> (input: Tensor<Scalar>, residual: Tensor<Scalar>?) {
    let (convolved, residual, inputShape) = accumulate(gradient, through: trace)
    let inputGradient = Scalar.kernels(of: .current).convolutionBackwardData(
      convolved, weights: weight.value, geometry: geometry, inputShape: inputShape)
    return (inputGradient, residual)
  }

  /// Adds the gradients of the parameters and returns those by the convolution's output and by the residual, and the
  /// shape of the input, which is released.
  ///
  /// The first unit of a network ends here: nobody asks for the gradient by the picture.
  @discardableResult
  mutating func accumulate(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> (convolved: Tensor<Scalar>, residual: Tensor<Scalar>?, inputShape: Shape) {
    let (input, normalizationTrace) = (trace.input, trace.normalization)
    _ = consume trace
    let (convolved, residual) = normalization.backwardWithResidual(gradient, through: consume normalizationTrace)
    Scalar.kernels(of: .current).convolutionBackwardWeights(
      input: input, gradient: convolved, geometry: geometry, accumulatingInto: &weight.gradient)
    return (convolved, residual, input.shape)
  }

  /// Visits the filters and the normalization's scale and shift under the names of the two halves.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try visit(names.convolution + ".weight", &weight)
    try normalization.visitParameters(under: names.normalization, visit)
  }

  /// Visits the running statistics under the name of the normalization.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    try normalization.visitBuffers(under: names.normalization, visit)
  }
}
