public import FERMetric

/// Batch normalization over the last axis, with an optional residual sum and ReLU in the same pass:
///
///     y = relu?( (x − μ)/√(v + ε) · scale + shift  [+ residual] )
///
/// In training μ and v are the mean and the biased variance of the batch, and the running statistics follow them:
///
///     running ← (1 − momentum) · running + momentum · batch
///
/// where the running variance takes the unbiased estimate v·M/(M − 1) of M values per channel, as in PyTorch. In
/// inference μ and v are the running statistics.
///
/// Inputs are [B, F] or [B, H, W, F].
///
/// - SeeAlso: S. Ioffe and C. Szegedy, *Batch normalization*, ICML 2015.
public struct BatchNormalization<Scalar: TensorScalar>: Layer {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    let normalization: NormalizationTrace<Scalar>
    let shape: Shape
  }

  /// The scale of each channel, [F]; starts at 1. Weight files call it `weight`.
  public var scale: Parameter<Scalar>
  /// The shift of each channel, [F]; starts at 0. Weight files call it `bias`.
  public var shift: Parameter<Scalar>
  /// The running mean, [F]; starts at 0.
  public var runningMean: Tensor<Scalar>
  /// The running variance, [F]; starts at 1.
  public var runningVariance: Tensor<Scalar>
  /// How many batches the running statistics have seen.
  public var batchCount = 0
  /// The share of a new batch in the running statistics.
  public let momentum: Scalar
  /// The number added to the variance.
  public let epsilon: Scalar
  /// Whether a ReLU follows.
  public let rectified: Bool

  /// Creates a normalization.
  ///
  /// - Precondition: `channels` is positive.
  public init(channels: Int, rectified: Bool = false, momentum: Scalar = 0.1, epsilon: Scalar = 1e-5) {
    precondition(channels > 0, "a normalization needs at least one channel, not \(channels)")
    scale = Parameter(Tensor(repeating: 1, shape: [channels]), decays: false)
    shift = Parameter(Tensor(zeros: [channels]), decays: false)
    runningMean = Tensor(zeros: [channels])
    runningVariance = Tensor(repeating: 1, shape: [channels])
    self.momentum = momentum
    self.epsilon = epsilon
    self.rectified = rectified
  }

  /// The number of channels.
  public var channels: Int { scale.value.count }

  /// Normalizes by the running statistics, for inference; nothing changes.
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    var output = input
    normalize(&output, adding: nil)
    return output
  }

  /// Normalizes by the statistics of this batch and updates the running ones.
  ///
  /// - Precondition: Each channel has at least two values.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Trace) {
    forward(input, adding: nil)
  }

  /// Computes the output in training, with a residual of the input's shape added before the ReLU.
  ///
  /// - Precondition: Each channel has at least two values: the variance of one is no estimate.
  public mutating func forward(
    _ input: consuming Tensor<Scalar>, adding residual: Tensor<Scalar>?
  ) -> (output: Tensor<Scalar>, trace: Trace) {
    let shape = input.shape
    requireChannels(shape)
    let valuesPerChannel = input.count / channels
    precondition(
      valuesPerChannel > 1,
      "a normalization in training needs more than one value per channel, but the input has the shape \(shape)")
    let (output, trace) = Scalar.kernels(of: .current).normalization(
      Self.asMap(input), scale: scale.value, shift: shift.value, epsilon: epsilon, rectified: rectified,
      residual: residual.map(Self.asMap))
    observe(mean: trace.mean, variance: trace.variance, valuesPerChannel: valuesPerChannel)
    return (output.reshaped(to: shape.dimensions), Trace(normalization: trace, shape: shape))
  }

  /// Adds the gradients of scale and shift and returns the gradient by the input.
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> Tensor<Scalar> {
    backwardWithResidual(gradient, through: trace).input
  }

  /// Adds the gradients of scale and shift and returns those by the input and by the residual, if there was one.
  public mutating func backwardWithResidual(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> (input: Tensor<Scalar>, residual: Tensor<Scalar>?) {
    let shape = trace.shape
    precondition(
      gradient.shape == shape, "a gradient of shape \(gradient.shape) does not belong to an output of shape \(shape)")
    if shape.count != 4 { gradient = Self.asMap(gradient) }
    let (input, residual) = Scalar.kernels(of: .current).normalizationBackward(
      gradient, through: trace.normalization, scale: scale.value, shift: shift.value,
      accumulatingInto: &scale.gradient, &shift.gradient)
    guard shape.count != 4 else { return (input, residual) }
    return (input.reshaped(to: shape.dimensions), residual?.reshaped(to: shape.dimensions))
  }

  /// Visits `weight` and `bias`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try visit("weight", &scale)
    try visit("bias", &shift)
  }
}
