public import FERMetric

/// Self-attention over the pixels of a map, pooled into one vector for each picture.
///
/// With the pixels of a map H as T tokens of D numbers and Q = H·W_q + b_q, likewise K and V of width d,
///
///     A = softmax( Q·Kᵀ/√d )                [B, T, T], a row for each pixel that asks
///     o = mean over the rows of A·V         [B, d]
///
/// The mean over the rows of A, ā, says how much all pixels together look at each one: a map [B, h, w] that sums to 1 and
/// can be drawn. Because o = ā·V = (ā·H)·W_v + b_v, values are computed of the pooled map alone.
///
/// - SeeAlso: A. Vaswani et al., *Attention is all you need*, NIPS 2017; X. Wang et al., *Non-local neural networks*,
///   CVPR 2018, for attention over pixels; Docs/TAN.md.
public struct TokenAttention<Scalar: TensorScalar>: Parameterized {
  /// What the attention computes.
  public struct Output: Sendable {
    /// o, [B, d].
    public let values: Tensor<Scalar>
    /// ā, [B, h, w]; each picture's numbers sum to 1.
    public let pixelMap: Tensor<Scalar>
    /// A, [B, T, T]; row by row what each pixel looks at.
    public let weights: Tensor<Scalar>
  }

  /// What the backward pass needs.
  public struct Trace: Sendable {
    let map: Tensor<Scalar>
    let queries, keys: Tensor<Scalar>
    let weights: Tensor<Scalar>
    let pixelMap: Tensor<Scalar>
    let pooled: Tensor<Scalar>
  }

  /// W_q and b_q.
  public var query: Linear<Scalar>
  /// W_k and b_k.
  public var key: Linear<Scalar>
  /// W_v and b_v.
  public var value: Linear<Scalar>

  /// Creates an attention over maps of `channels` channels with queries, keys and values of `width` numbers.
  public init(channels: Int, width: Int, using initializer: inout WeightInitializer) {
    query = Linear(inputs: channels, outputs: width, using: &initializer)
    key = Linear(inputs: channels, outputs: width, using: &initializer)
    value = Linear(inputs: channels, outputs: width, using: &initializer)
  }

  /// Computes the outputs for inference from a map [B, h, w, D].
  public func callAsFunction(_ map: Tensor<Scalar>) -> Output { evaluate(map).output }

  /// Computes the outputs in training from a map [B, h, w, D].
  public mutating func forward(_ map: Tensor<Scalar>) -> (output: Output, trace: Trace) { evaluate(map) }

  private func evaluate(_ map: Tensor<Scalar>) -> (output: Output, trace: Trace) {
    precondition(map.rank == 4, "self-attention takes maps [B, h, w, D], not a tensor of shape \(map.shape)")
    let (batch, height, width) = (map.shape[0], map.shape[1], map.shape[2])
    let tokens = height * width
    let (queries, keys) = (query(map), key(map))
    let weights = scores(queries, keys, batch, tokens).softmax(alongAxis: -1)
    let pixelMap = weights.mean(alongAxis: 1)
    var pooled = Tensor<Scalar>(uninitialized: [batch, map.shape[3]])
    let kernels = Scalar.kernels(of: .current)
    for n in 0..<batch {
      var row = pooled.mutableBlock(rows: n..<n + 1, columns: map.shape[3])
      kernels.multiply(
        pixelMap.block(rows: n..<n + 1, columns: tokens), transposed: false,
        map.block(rows: n * tokens..<(n + 1) * tokens, columns: map.shape[3]), transposed: false, scale: 1, into: &row,
        keeping: 0)
    }
    let output = Output(
      values: value(pooled), pixelMap: pixelMap.reshaped(to: [batch, height, width]), weights: weights)
    return (
      output,
      Trace(map: map, queries: queries, keys: keys, weights: weights, pixelMap: pixelMap, pooled: pooled)
    )
  }

  /// Q·Kᵀ/√d, [B, T, T].
  private func scores(_ queries: Tensor<Scalar>, _ keys: Tensor<Scalar>, _ batch: Int, _ tokens: Int) -> Tensor<Scalar>
  {
    var scores = Tensor<Scalar>(uninitialized: [batch, tokens, tokens])
    for n in 0..<batch {
      let rows = n * tokens..<(n + 1) * tokens
      var target = scores.mutableBlock(rows: rows, columns: tokens)
      Scalar.kernels(of: .current).multiply(
        queries.block(rows: rows, columns: query.outputs), transposed: false,
        keys.block(rows: rows, columns: key.outputs), transposed: true, scale: scale, into: &target, keeping: 0)
    }
    return scores
  }

  private var scale: Scalar { 1 / Scalar(query.outputs).squareRoot() }

  /// Adds the gradients of the parameters and returns the gradient by the map.
  ///
  /// With p the gradient by ā·H: ∂H = ā ⊗ p, ∂ā = H·p, ∂A = ∂ā/T in every row, and for the scores S = Q·Kᵀ/√d
  /// ∂S = A ⊙ (∂A − ⟨A, ∂A⟩ of the row), ∂Q = ∂S·K/√d, ∂K = ∂Sᵀ·Q/√d.
  ///
  /// - Parameters:
  ///   - gradient: The gradient by the values, [B, d].
  ///   - trace: What the forward pass returned beside them.
  public mutating func backward(_ gradient: Tensor<Scalar>, through trace: consuming Trace) -> Tensor<Scalar> {
    let shape = trace.map.shape
    let (batch, tokens, channels) = (shape[0], shape[1] * shape[2], shape[3])
    let pooled = value.backward(gradient, through: trace.pooled)
    var direct = Tensor<Scalar>(uninitialized: shape)
    var received = Tensor<Scalar>(uninitialized: [batch, tokens])
    var queries = Tensor<Scalar>(uninitialized: trace.queries.shape)
    var keys = Tensor<Scalar>(uninitialized: trace.keys.shape)
    let kernels = Scalar.kernels(of: .current)
    for n in 0..<batch {
      let rows = n * tokens..<(n + 1) * tokens
      var byMap = direct.mutableBlock(rows: rows, columns: channels)
      kernels.multiply(
        trace.pixelMap.block(rows: n..<n + 1, columns: tokens), transposed: true,
        pooled.block(rows: n..<n + 1, columns: channels), transposed: false, scale: 1, into: &byMap, keeping: 0)
      var byPixel = received.mutableBlock(rows: n..<n + 1, columns: tokens)
      kernels.multiply(
        pooled.block(rows: n..<n + 1, columns: channels), transposed: false,
        trace.map.block(rows: rows, columns: channels), transposed: true, scale: 1 / Scalar(tokens), into: &byPixel,
        keeping: 0)
    }
    let scores = Self.scoreGradient(trace.weights, received)
    for n in 0..<batch {
      let rows = n * tokens..<(n + 1) * tokens
      var byQuery = queries.mutableBlock(rows: rows, columns: query.outputs)
      kernels.multiply(
        scores.block(rows: rows, columns: tokens), transposed: false,
        trace.keys.block(rows: rows, columns: key.outputs), transposed: false, scale: scale, into: &byQuery, keeping: 0)
      var byKey = keys.mutableBlock(rows: rows, columns: key.outputs)
      kernels.multiply(
        scores.block(rows: rows, columns: tokens), transposed: true,
        trace.queries.block(rows: rows, columns: query.outputs), transposed: false, scale: scale, into: &byKey,
        keeping: 0)
    }
    direct += query.backward(queries, through: trace.map)
    direct += key.backward(keys, through: trace.map)
    return direct
  }

  /// The gradient by the scores, of one by ā/T that is the same for every row.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  private static func scoreGradient(_ weights: Tensor<Scalar>, _ received: Tensor<Scalar>) -> Tensor<Scalar> {
    let (batch, tokens) = (weights.shape[0], weights.shape[1])
    var result = Tensor<Scalar>(uninitialized: weights.shape)
    let (a, g) = (weights.span, received.span)
    var s = result.mutableSpan
    for row in 0..<batch * tokens {
      let (start, first) = (row * tokens, row / tokens * tokens)
      var product: Scalar = 0
      for t in 0..<tokens { product += a[start + t] * g[first + t] }
      for t in 0..<tokens { s[start + t] = a[start + t] * (g[first + t] - product) }
    }
    return result
  }

  /// Visits `query`, `key` and `value`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try query.visitParameters(under: "query", visit)
    try key.visitParameters(under: "key", visit)
    try value.visitParameters(under: "value", visit)
  }
}
