public import FERMetric

/// Squeeze-and-excitation: every channel of a map is multiplied by a gate that depends on all channels' means.
///
///     e = σ( W₂·max(0, W₁·mean over the pixels of x + b₁) + b₂ )        [B, C]
///     y = x ⊙ e
///
/// Maps are [B, h, w, C]; C/r numbers stand between the two linear layers, r = 16. Names and biases are those of
/// torchvision's `SqueezeExcitation`, whose 1×1 convolutions are these linear layers.
///
///     var excitation = SqueezeExcitation<Float>(channels: 512, using: &initializer)
///     let (output, trace) = excitation.forward(map)
///
/// - SeeAlso: J. Hu, L. Shen and G. Sun, *Squeeze-and-excitation networks*, CVPR 2018; Docs/Attention.md.
public struct SqueezeExcitation<Scalar: TensorScalar>: Layer {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    let input: Tensor<Scalar>
    let mixer: ChannelMixer<Scalar>.Trace
    let gates: Tensor<Scalar>
  }

  /// The two linear layers.
  public var mixer: ChannelMixer<Scalar>
  private var pooling = GlobalAveragePooling<Scalar>()
  private var sigmoid = Sigmoid<Scalar>()

  /// Creates a layer for maps of `channels` channels.
  ///
  /// - Precondition: Both numbers are positive.
  public init(channels: Int, reduction: Int = 16, using initializer: inout WeightInitializer) {
    precondition(reduction > 0, "channels are reduced by a positive factor, not \(reduction)")
    mixer = ChannelMixer(channels: channels, hidden: max(1, channels / reduction), using: &initializer)
  }

  /// Weights the channels of a map for inference; nothing changes.
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    ChannelGate.applied(sigmoid(mixer(pooling(input))), to: input)
  }

  /// Weights the channels of a map, and returns what the backward pass needs.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Trace) {
    let (mixed, mixerTrace) = mixer.forward(pooling(input))
    let gates = sigmoid(mixed)
    return (ChannelGate.applied(gates, to: input), Trace(input: input, mixer: mixerTrace, gates: gates))
  }

  /// Adds the gradients of the parameters and returns the gradient by the input.
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> Tensor<Scalar> {
    let (input, gates) = (trace.input, trace.gates)
    var (direct, byGate) = ChannelGate.backward(gradient, input: input, gates: gates)
    let pooled = mixer.backward(sigmoid.backward(byGate, through: gates), through: trace.mixer)
    direct += pooling.backward(pooled, through: input.shape)
    return direct
  }

  /// Visits `fc1` and `fc2`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try mixer.visitParameters(visit)
  }
}
