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
    /// The pixel of every maximum, [B, C].
    let places: Tensor<Scalar>
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
    Self.spread(byMaximum, places, into: &direct)
    return direct
  }

  /// The maximum of every channel, [B, C], and its pixel: as numbers of the map's type, whose memory is handed on from
  /// step to step.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  private static func maxima(_ map: Tensor<Scalar>) -> (values: Tensor<Scalar>, places: Tensor<Scalar>) {
    let (batch, pixels, channels) = (map.shape[0], map.shape[1] * map.shape[2], map.shape[3])
    precondition(pixels <= 1 << 24, "a map has at most 2^24 pixels, which single precision counts, not \(pixels)")
    var (values, places) = (
      Tensor<Scalar>(uninitialized: [batch, channels]), Tensor<Scalar>(uninitialized: [batch, channels])
    )
    let x = map.span
    var largest = values.mutableSpan
    var pixel = places.mutableSpan
    for n in 0..<batch {
      for p in 0..<pixels {
        let row = (n * pixels + p) * channels
        for c in 0..<channels where p == 0 || x[row + c] > largest[n * channels + c] {
          largest[n * channels + c] = x[row + c]
          pixel[n * channels + c] = Scalar(p)
        }
      }
    }
    return (values, places)
  }

  /// Adds the gradient by the maxima to that by the map.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  private static func spread(_ maxima: Tensor<Scalar>, _ places: Tensor<Scalar>, into map: inout Tensor<Scalar>) {
    let (batch, pixels, channels) = (map.shape[0], map.shape[1] * map.shape[2], map.shape[3])
    let (slopes, pixel) = (maxima.span, places.span)
    var elements = map.mutableSpan
    for n in 0..<batch {
      for c in 0..<channels {
        elements[(n * pixels + Int(pixel[n * channels + c])) * channels + c] += slopes[n * channels + c]
      }
    }
  }

  /// Visits `fc1` and `fc2`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try mixer.visitParameters(visit)
  }
}
