public import FERMetric

/// The channel half of CBAM: gates from the mean and the maximum of every channel, through one shared bottleneck.
///
///     e = σ( f(mean over the pixels of x) + f(maximum over the pixels of x) )        [B, C]
///     y = x ⊙ e
///
/// Of equal maxima the first pixel, row by row, receives the gradient.
public struct ChannelAttention<Scalar: TensorScalar>: Layer {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    let input: Tensor<Scalar>
    let means: ChannelMixer<Scalar>.Trace
    let maxima: ChannelMixer<Scalar>.Trace
    let places: [Int]
    let gates: Tensor<Scalar>
  }

  /// f, the shared bottleneck.
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
    let gates = sigmoid(mixer(pooling(input)) + mixer(Self.maxima(input).values))
    return ChannelGate.applied(gates, to: input)
  }

  /// Weights the channels of a map, and returns what the backward pass needs.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Trace) {
    let (maxima, places) = Self.maxima(input)
    let (byMean, means) = mixer.forward(pooling(input))
    let (byMaximum, maximaTrace) = mixer.forward(maxima)
    let gates = sigmoid(byMean + byMaximum)
    return (
      ChannelGate.applied(gates, to: input),
      Trace(input: input, means: means, maxima: maximaTrace, places: places, gates: gates)
    )
  }

  /// Adds the gradients of the parameters and returns the gradient by the input.
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> Tensor<Scalar> {
    let (input, places, means, maxima) = (trace.input, trace.places, trace.means, trace.maxima)
    var (direct, byGate) = ChannelGate.backward(gradient, input: input, gates: trace.gates)
    let mixed = sigmoid.backward(byGate, through: trace.gates)
    direct += pooling.backward(mixer.backward(mixed, through: means), through: input.shape)
    let byMaximum = mixer.backward(mixed, through: maxima)
    let slopes = byMaximum.span
    var elements = direct.mutableSpan
    for (channel, place) in places.enumerated() { elements[place] += slopes[channel] }
    return direct
  }

  /// The maximum of every channel, [B, C], and its place among the elements.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  private static func maxima(_ map: Tensor<Scalar>) -> (values: Tensor<Scalar>, places: [Int]) {
    let (batch, pixels, channels) = (map.shape[0], map.shape[1] * map.shape[2], map.shape[3])
    var values = Tensor<Scalar>(uninitialized: [batch, channels])
    var places = [Int](repeating: 0, count: batch * channels)
    let x = map.span
    var largest = values.mutableSpan
    for n in 0..<batch {
      for p in n * pixels..<(n + 1) * pixels {
        for c in 0..<channels where p == n * pixels || x[p * channels + c] > largest[n * channels + c] {
          largest[n * channels + c] = x[p * channels + c]
          places[n * channels + c] = p * channels + c
        }
      }
    }
    return (values, places)
  }

  /// Visits `fc1` and `fc2`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try mixer.visitParameters(visit)
  }
}
