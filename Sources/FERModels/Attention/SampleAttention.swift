public import FERMetric

/// One weight in 0…1 for each picture: how much it may teach.
///
///     α = σ(w·x + b)          x the embedding                      (scalar)
///     α = σ(w·o + b)          o pooled from self-attention over the context map, see ``TokenAttention``   (spatial)
///
/// The weights multiply the logits, if so configured, and choose the triplets of ``/FERMetric/AttentiveTripletLoss``.
///
/// - SeeAlso: K. Wang et al., *Suppressing uncertainties for large-scale facial expression recognition*, CVPR 2020;
///   Docs/TAN.md.
public struct SampleAttention<Scalar: TensorScalar>: Parameterized {
  /// What the attention computes.
  public struct Output: Sendable {
    /// α, [B].
    public let weights: Tensor<Scalar>
    /// What the self-attention looks at, [B, h, w], for each picture summing to 1; nil for the scalar form.
    public let pixelMap: Tensor<Scalar>?
  }

  /// What the backward pass needs.
  public struct Trace: Sendable {
    let tokens: TokenAttention<Scalar>.Trace?
    let input: Tensor<Scalar>
    let weights: Tensor<Scalar>
  }

  /// What determined the architecture.
  public let configuration: SampleAttentionConfiguration
  /// The self-attention, `tokens`; nil for the scalar form.
  public var tokens: TokenAttention<Scalar>?
  /// w and b, `fc`.
  public var gate: Linear<Scalar>
  private var sigmoid = Sigmoid<Scalar>()

  /// Creates an attention over embeddings and context maps of `dimension` channels.
  public init(
    dimension: Int, _ configuration: SampleAttentionConfiguration = .scalar, using initializer: inout WeightInitializer
  ) {
    self.configuration = configuration
    switch configuration.kind {
    case .scalar:
      gate = Linear(inputs: dimension, outputs: 1, using: &initializer)
    case .spatial(let width):
      let width = width ?? max(16, dimension / 8)
      tokens = TokenAttention(channels: dimension, width: width, using: &initializer)
      gate = Linear(inputs: width, outputs: 1, using: &initializer)
    }
  }

  /// Computes the weights for inference from the context map [B, h, w, D] and the embeddings [B, D].
  public func callAsFunction(map: Tensor<Scalar>, embeddings: Tensor<Scalar>) -> Output {
    let attended = tokens?(map)
    let weights = sigmoid(gate(attended?.values ?? embeddings)).reshaped(to: [embeddings.shape[0]])
    return Output(weights: weights, pixelMap: attended?.pixelMap)
  }

  /// Computes the weights in training from the context map [B, h, w, D] and the embeddings [B, D].
  public mutating func forward(
    map: Tensor<Scalar>, embeddings: Tensor<Scalar>
  ) -> (output: Output, trace: Trace) {
    let attended = tokens?.forward(map)
    let input = attended?.output.values ?? embeddings
    let weights = sigmoid(gate(input)).reshaped(to: [embeddings.shape[0]])
    return (
      Output(weights: weights, pixelMap: attended?.output.pixelMap),
      Trace(tokens: attended?.trace, input: input, weights: weights)
    )
  }

  /// Adds the gradients of the parameters and returns those by the context map and by the embeddings; nil where none
  /// flows.
  ///
  /// - Parameters:
  ///   - gradient: The gradient by the weights, [B].
  ///   - trace: What the forward pass returned beside them.
  public mutating func backward(
    _ gradient: Tensor<Scalar>, through trace: consuming Trace
  ) -> (map: Tensor<Scalar>?, embeddings: Tensor<Scalar>?) {
    precondition(
      gradient.shape == trace.weights.shape,
      "a gradient of shape \(gradient.shape) does not belong to sample weights of shape \(trace.weights.shape)")
    let count = gradient.count
    let logits = sigmoid.backward(gradient, through: trace.weights).reshaped(to: [count, 1])
    let tokenTrace = trace.tokens
    let result = gate.backward(logits, through: trace.input)
    let byMap = tokenTrace.flatMap { tokens?.backward(result, through: $0) }
    if configuration.stopsGradient { return (nil, nil) }
    return tokenTrace == nil ? (nil, result) : (byMap, nil)
  }

  /// Visits `tokens` and `fc`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try tokens?.visitParameters(under: "tokens", visit)
    try gate.visitParameters(under: "fc", visit)
  }
}
