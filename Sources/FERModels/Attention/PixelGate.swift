public import FERMetric

/// Weighs the pixels of a map and pools them by these weights.
///
///     M = softmax over 2 of ( 1×1 D → P, normalization, ReLU, 1×1 P → 2 ), second channel        [B, h, w]
///     g = Σ M·H / (Σ M + 10⁻⁶)   over the pixels                                                  [B, D]
public struct PixelGate<Scalar: TensorScalar>: Parameterized {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    let map: Tensor<Scalar>
    let hidden: ConvolutionUnit<Scalar>.Trace
    let logitInput: Tensor<Scalar>
    let weights: Tensor<Scalar>
    let pooled: Tensor<Scalar>
  }

  /// The hidden convolution, `conv1` and `bn1`.
  public var hidden: ConvolutionUnit<Scalar>
  /// The two logits of each pixel, `conv2`.
  public var logits: Linear<Scalar>

  /// Creates a gate for maps of `channels` channels.
  public init(channels: Int, hidden: Int, using initializer: inout WeightInitializer) {
    self.hidden = ConvolutionUnit(
      ConvolutionGeometry(inputChannels: channels, outputChannels: hidden, kernel: 1), rectified: true,
      names: .init("conv1", "bn1"), using: &initializer)
    logits = Linear(inputs: hidden, outputs: 2, form: .pointwise, using: &initializer)
  }

  /// Computes g and M for inference.
  public func callAsFunction(_ map: Tensor<Scalar>) -> (pooled: Tensor<Scalar>, weights: Tensor<Scalar>) {
    let weights = PairSoftmax.second(logits(hidden(map))).reshaped(to: Array(map.shape.dimensions.dropLast()))
    return (Self.pool(map, by: weights), weights)
  }

  /// Computes g and M in training.
  public mutating func forward(
    _ map: Tensor<Scalar>
  ) -> (pooled: Tensor<Scalar>, weights: Tensor<Scalar>, trace: Trace) {
    let (activation, hiddenTrace) = hidden.forward(map)
    let weights = PairSoftmax.second(logits(activation)).reshaped(to: Array(map.shape.dimensions.dropLast()))
    let pooled = Self.pool(map, by: weights)
    let trace = Trace(map: map, hidden: hiddenTrace, logitInput: activation, weights: weights, pooled: pooled)
    return (pooled, weights, trace)
  }

  /// Adds the gradients of the parameters and returns the gradient by the map.
  ///
  /// With q the gradient by g and s = Σ M + 10⁻⁶: ∂H = M·q/s and ∂M = ⟨q, H − g⟩/s.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public mutating func backward(_ gradient: Tensor<Scalar>, through trace: consuming Trace) -> Tensor<Scalar> {
    let shape = trace.map.shape
    let (pixels, channels) = (shape[1] * shape[2], shape[3])
    var direct = Tensor<Scalar>(uninitialized: shape)
    var weightGradient = Tensor<Scalar>(uninitialized: trace.weights.shape)
    do {
      let (h, m, q, g) = (trace.map.span, trace.weights.span, gradient.span, trace.pooled.span)
      var byMap = direct.mutableSpan
      var byWeight = weightGradient.mutableSpan
      for n in 0..<shape[0] {
        let inverse = 1 / Self.total(m, n * pixels..<(n + 1) * pixels)
        for p in n * pixels..<(n + 1) * pixels {
          var product: Scalar = 0
          for c in 0..<channels {
            let share = q[n * channels + c] * inverse
            byMap[p * channels + c] = m[p] * share
            product += share * (h[p * channels + c] - g[n * channels + c])
          }
          byWeight[p] = product
        }
      }
    }
    let logitGradient = PairSoftmax.backward(weightGradient, second: trace.weights)
      .reshaped(to: Array(shape.dimensions.dropLast()) + [2])
    direct += hidden.backward(logits.backward(logitGradient, through: trace.logitInput), through: trace.hidden)
    return direct
  }

  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  private static func pool(_ map: Tensor<Scalar>, by weights: Tensor<Scalar>) -> Tensor<Scalar> {
    let shape = map.shape
    let (pixels, channels) = (shape[1] * shape[2], shape[3])
    var pooled = Tensor<Scalar>(zeros: [shape[0], channels])
    let (h, m) = (map.span, weights.span)
    var sums = pooled.mutableSpan
    for n in 0..<shape[0] {
      let inverse = 1 / total(m, n * pixels..<(n + 1) * pixels)
      for p in n * pixels..<(n + 1) * pixels {
        let share = m[p] * inverse
        for c in 0..<channels { sums[n * channels + c] += share * h[p * channels + c] }
      }
    }
    return pooled
  }

  private static func total(_ weights: Span<Scalar>, _ pixels: Range<Int>) -> Scalar {
    var sum: Scalar = 1e-6
    for p in pixels { sum += weights[p] }
    return sum
  }

  /// Visits `conv1`, `bn1` and `conv2`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try hidden.visitParameters(visit)
    try logits.visitParameters(under: "conv2", visit)
  }

  /// Visits the running statistics.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    try hidden.visitBuffers(visit)
  }
}
