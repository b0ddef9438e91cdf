public import FERMetric

/// The spatial half of CBAM: a gate for every pixel from the maximum and the mean of its channels.
///
///     s = σ( normalization( 7×7 convolution of [maximum over c of x, mean over c of x] ) )        [B, h, w]
///     y = x ⊙ s
///
/// Of equal maxima the first channel receives the gradient. As in the authors' code the convolution has a normalization,
/// of momentum 0.01, and no bias.
public struct PixelAttention<Scalar: TensorScalar>: Layer {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    let input: Tensor<Scalar>
    let unit: ConvolutionUnit<Scalar>.Trace
    /// The channel of every maximum, [B, h, w].
    let places: Tensor<Scalar>
    let gates: Tensor<Scalar>
  }

  /// The convolution, `conv`, with its normalization, `bn`.
  public var unit: ConvolutionUnit<Scalar>
  private var sigmoid = Sigmoid<Scalar>()

  /// Creates a layer; it fits maps of any number of channels.
  ///
  /// - Precondition: The kernel is odd.
  public init(kernel: Int = 7, using initializer: inout WeightInitializer) {
    precondition(kernel > 0 && kernel % 2 == 1, "a kernel that keeps the size of a map is odd, unlike \(kernel)")
    unit = ConvolutionUnit(
      ConvolutionGeometry(inputChannels: 2, outputChannels: 1, kernel: kernel, padding: kernel / 2), rectified: false,
      names: .init("conv", "bn"), using: &initializer)
    unit.normalization = BatchNormalization(channels: 1, momentum: 0.01)
  }

  /// The gates of the pixels, [B, h, w, 1], for inference: what can be drawn.
  public func gates(_ map: Tensor<Scalar>) -> Tensor<Scalar> { sigmoid(unit(Self.summary(map).values)) }

  /// Weights the pixels of a map for inference; nothing changes.
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> { Self.applied(gates(input), to: input) }

  /// Weights the pixels of a map, and returns what the backward pass needs.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Trace) {
    let (summary, places) = Self.summary(input)
    let (logits, unitTrace) = unit.forward(summary)
    let gates = sigmoid(logits)
    return (
      Self.applied(gates, to: input), Trace(input: input, unit: unitTrace, places: places, gates: gates)
    )
  }

  /// Adds the gradients of the parameters and returns the gradient by the input.
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> Tensor<Scalar> {
    let (places, unitTrace) = (trace.places, trace.unit)
    var (direct, byGate) = Self.backward(gradient, input: trace.input, gates: trace.gates)
    let summary = unit.backward(sigmoid.backward(byGate, through: trace.gates), through: unitTrace)
    Self.spread(summary, places, into: &direct)
    return direct
  }

  /// The largest and the mean channel of every pixel, [B, h, w, 2], and which channel is the largest: as numbers of the
  /// map's type, whose memory is handed on from step to step.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  private static func summary(_ map: Tensor<Scalar>) -> (values: Tensor<Scalar>, places: Tensor<Scalar>) {
    let channels = map.shape[3]
    precondition(channels <= 1 << 24, "a map has at most 2^24 channels, which single precision counts, not \(channels)")
    let pixels = map.count / channels
    var values = Tensor<Scalar>(uninitialized: [map.shape[0], map.shape[1], map.shape[2], 2])
    var places = Tensor<Scalar>(uninitialized: [map.shape[0], map.shape[1], map.shape[2]])
    let x = map.span
    var summary = values.mutableSpan
    var largest = places.mutableSpan
    for p in 0..<pixels {
      var (place, sum) = (p * channels, Scalar.zero)
      for i in p * channels..<(p + 1) * channels {
        sum += x[i]
        if x[i] > x[place] { place = i }
      }
      largest[p] = Scalar(place - p * channels)
      summary[2 * p] = x[place]
      summary[2 * p + 1] = sum / Scalar(channels)
    }
    return (values, places)
  }

  /// Adds the gradient by the summary to that by the map.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  private static func spread(_ summary: Tensor<Scalar>, _ places: Tensor<Scalar>, into map: inout Tensor<Scalar>) {
    let channels = map.shape[3]
    let (slopes, largest) = (summary.span, places.span)
    var elements = map.mutableSpan
    for p in largest.indices {
      elements[p * channels + Int(largest[p])] += slopes[2 * p]
      let share = slopes[2 * p + 1] / Scalar(channels)
      for i in p * channels..<(p + 1) * channels { elements[i] += share }
    }
  }

  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  private static func applied(_ gates: Tensor<Scalar>, to map: Tensor<Scalar>) -> Tensor<Scalar> {
    let channels = map.shape[3]
    var output = Tensor<Scalar>(uninitialized: map.shape)
    let (x, s) = (map.span, gates.span)
    var y = output.mutableSpan
    for p in s.indices {
      for i in p * channels..<(p + 1) * channels { y[i] = x[i] * s[p] }
    }
    return output
  }

  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  private static func backward(
    _ gradient: Tensor<Scalar>, input: Tensor<Scalar>, gates: Tensor<Scalar>
  ) -> (map: Tensor<Scalar>, gates: Tensor<Scalar>) {
    let channels = input.shape[3]
    var (byMap, byGate) = (Tensor<Scalar>(uninitialized: input.shape), Tensor<Scalar>(uninitialized: gates.shape))
    let (g, x, s) = (gradient.span, input.span, gates.span)
    var dx = byMap.mutableSpan
    var ds = byGate.mutableSpan
    for p in s.indices {
      var sum: Scalar = 0
      for i in p * channels..<(p + 1) * channels {
        dx[i] = g[i] * s[p]
        sum += g[i] * x[i]
      }
      ds[p] = sum
    }
    return (byMap, byGate)
  }

  /// Visits `conv.weight`, `bn.weight` and `bn.bias`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try unit.visitParameters(visit)
  }

  /// Visits the running statistics.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    try unit.visitBuffers(visit)
  }
}
