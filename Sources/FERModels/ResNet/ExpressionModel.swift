public import FERMetric

/// The recognizer of expressions: a ResNet trunk, the classifier head and, if configured, the selective attention.
///
///     var model = ExpressionModel<Float>(ModelConfiguration(classes: 7, attention: .compact), seed: 1)
///     let (outputs, trace) = model.forward(pictures)        // [B, H, W, 3]
///     // … gradients of the losses by outputs.logits, .embeddings and .inclusion …
///     model.backward(logits: g, embeddings: e, inclusion: a, through: trace)
///
/// Weight files name the trunk as torchvision does (`conv1.weight`, `layer1.0.…`), the head under `head.` and the
/// attention under `attention.`. The attention touches neither embeddings nor logits, so inference does without it:
/// see ``CompiledModel``.
public struct ExpressionModel<Scalar: TensorScalar>: Parameterized {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    let trunk: ResNetTrunk<Scalar>.Trace
    let head: ClassifierHead<Scalar>.Trace
    let attention: SelectiveAttention<Scalar>.Trace?
  }

  /// What determined the architecture.
  public let configuration: ModelConfiguration
  /// The convolutional trunk.
  public var trunk: ResNetTrunk<Scalar>
  /// The classifier.
  public var head: ClassifierHead<Scalar>
  /// The source of inclusion weights.
  public var attention: SelectiveAttention<Scalar>?

  /// Creates a model; weights are drawn for the trunk, the head and the attention in this order, so that models with
  /// and without attention start from the same trunk and head.
  ///
  /// - Precondition: The configuration's lengths are positive.
  public init(_ configuration: ModelConfiguration, using initializer: inout WeightInitializer) {
    self.configuration = configuration
    trunk = ResNetTrunk(
      depth: configuration.depth, stem: configuration.stem, width: configuration.width, using: &initializer)
    head = ClassifierHead(
      channels: trunk.channels, classes: configuration.classes, hidden: configuration.hidden,
      embeddingDim: configuration.embeddingDim, finalActivation: configuration.finalActivation, using: &initializer)
    if let attention = configuration.attention {
      self.attention = SelectiveAttention(dimension: head.embeddingDim, attention, using: &initializer)
    }
  }

  /// Creates a model whose weights are drawn from `seed`.
  public init(_ configuration: ModelConfiguration, seed: UInt64) {
    var initializer = WeightInitializer(seed: seed)
    self.init(configuration, using: &initializer)
  }

  /// D, the length of an embedding.
  public var embeddingDim: Int { head.embeddingDim }

  /// Computes all outputs for inference, by running statistics; thread-safe.
  ///
  /// - Parameter batch: Normalized pictures, [B, H, W, 3].
  public func callAsFunction(_ batch: Tensor<Scalar>) -> ModelOutputs<Scalar> {
    let output = head(trunk(batch))
    let weights = attention?(output.map)
    return ModelOutputs(
      logits: output.logits, embeddings: output.embeddings, inclusion: weights?.inclusion,
      pixelMap: weights?.pixelMap)
  }

  /// Computes all outputs in training.
  ///
  /// - Parameter batch: Normalized pictures, [B, H, W, 3].
  public mutating func forward(
    _ batch: consuming Tensor<Scalar>
  ) -> (outputs: ModelOutputs<Scalar>, trace: Trace) {
    let (features, trunkTrace) = trunk.forward(batch)
    let (output, headTrace) = head.forward(features)
    let selected = attention?.forward(output.map)
    return (
      ModelOutputs(
        logits: output.logits, embeddings: output.embeddings, inclusion: selected?.output.inclusion,
        pixelMap: selected?.output.pixelMap),
      Trace(trunk: trunkTrace, head: headTrace, attention: selected?.trace)
    )
  }

  /// Adds the gradients of all parameters.
  ///
  /// - Parameters:
  ///   - logits: The gradient of the loss by the logits, [B, classes].
  ///   - embeddings: The gradient by the embeddings other than through the logits, [B, D], or nil for zero.
  ///   - inclusion: The gradient by the inclusion weights, [B, D], or nil for zero.
  ///   - trace: What ``forward(_:)`` returned.
  /// - Precondition: A gradient by inclusion weights is given only to a model with attention.
  public mutating func backward(
    logits: consuming Tensor<Scalar>, embeddings: Tensor<Scalar>? = nil, inclusion: Tensor<Scalar>? = nil,
    through trace: consuming Trace
  ) {
    precondition(
      inclusion == nil || attention != nil,
      "a gradient by inclusion weights was given to a model without selective attention")
    var map: Tensor<Scalar>?
    if let inclusion, let attentionTrace = trace.attention {
      map = attention?.backward(inclusion, through: attentionTrace)
    }
    let features = head.backward(logits: logits, embeddings: embeddings, map: map, through: trace.head)
    trunk.accumulateGradients(features, through: trace.trunk)
  }

  /// Visits the trunk, then the head under `head.` and the attention under `attention.`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try trunk.visitParameters(visit)
    try head.visitParameters(under: "head", visit)
    try attention?.visitParameters(under: "attention", visit)
  }

  /// Visits the running statistics in the order of the parameters.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    try trunk.visitBuffers(visit)
    try head.visitBuffers(under: "head", visit)
    try attention?.visitBuffers(under: "attention", visit)
  }
}
