public import FERMetric

/// The recognizer of expressions: a ResNet trunk, the classifier head and, if configured, an attention on the map between
/// them, the selective attention and the attention that weights whole pictures.
///
///     var model = ExpressionModel<Float>(ModelConfiguration(classes: 7, attention: .compact), seed: 1)
///     let (outputs, trace) = model.forward(pictures)        // [B, H, W, 3]
///     // … gradients of the losses by outputs.logits, .embeddings and .inclusion …
///     model.backward(logits: g, embeddings: e, inclusion: a, through: trace)
///
/// Weight files name the trunk as torchvision does (`conv1.weight`, `layer1.0.…`), the head under `head.`, the selective
/// attention under `attention.`, the sample attention under `sampleAttention.` and the attention on the map under
/// `mapAttention.`. The selective attention touches neither embeddings nor logits, so inference does without it: see
/// ``CompiledModel``.
public struct ExpressionModel<Scalar: TensorScalar>: Parameterized {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    let trunk: ResNetTrunk<Scalar>.Trace
    let head: ClassifierHead<Scalar>.Trace
    let attention: SelectiveAttention<Scalar>.Trace?
    let sampleAttention: SampleAttention<Scalar>.Trace?
    let mapAttention: MapAttention<Scalar>.Trace?
    /// The logits before they are weighted.
    let logits: Tensor<Scalar>
  }

  /// What determined the architecture.
  public let configuration: ModelConfiguration
  /// The convolutional trunk.
  public var trunk: ResNetTrunk<Scalar>
  /// The classifier.
  public var head: ClassifierHead<Scalar>
  /// The source of inclusion weights.
  public var attention: SelectiveAttention<Scalar>?
  /// The source of sample weights.
  public var sampleAttention: SampleAttention<Scalar>?
  /// The attention on the trunk's last map.
  public var mapAttention: MapAttention<Scalar>?

  /// Creates a model; weights are drawn for the trunk, the head, the selective attention, the sample attention and that on
  /// the map in this order, so that models with and without attention start from the same trunk and head.
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
    if let attention = configuration.sampleAttention {
      sampleAttention = SampleAttention(dimension: head.embeddingDim, attention, using: &initializer)
    }
    if let attention = configuration.mapAttention {
      mapAttention = MapAttention(channels: trunk.channels, attention, using: &initializer)
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
    let features = trunk(batch)
    let output = head(mapAttention?(features) ?? features)
    let weights = attention?(output.map)
    let sample = sampleAttention?(map: output.map, embeddings: output.embeddings)
    return ModelOutputs(
      logits: weighted(output.logits, by: sample), embeddings: output.embeddings, inclusion: weights?.inclusion,
      softInclusion: weights?.softInclusion, pixelMap: weights?.pixelMap, sampleWeights: sample?.weights,
      samplePixelMap: sample?.pixelMap)
  }

  private func weighted(_ logits: Tensor<Scalar>, by sample: SampleAttention<Scalar>.Output?) -> Tensor<Scalar> {
    guard let sample, configuration.sampleAttention?.weightsLogits == true else { return logits }
    return LogitWeighting.weighted(logits, by: sample.weights)
  }

  /// Computes all outputs in training.
  ///
  /// - Parameter batch: Normalized pictures, [B, H, W, 3].
  public mutating func forward(
    _ batch: consuming Tensor<Scalar>
  ) -> (outputs: ModelOutputs<Scalar>, trace: Trace) {
    let (features, trunkTrace) = trunk.forward(batch)
    let attended = mapAttention?.forward(features)
    let (output, headTrace) = head.forward(attended?.output ?? features)
    let selected = attention?.forward(output.map)
    let sample = sampleAttention?.forward(map: output.map, embeddings: output.embeddings)
    return (
      ModelOutputs(
        logits: weighted(output.logits, by: sample?.output), embeddings: output.embeddings,
        inclusion: selected?.output.inclusion, softInclusion: selected?.output.softInclusion,
        pixelMap: selected?.output.pixelMap, sampleWeights: sample?.output.weights,
        samplePixelMap: sample?.output.pixelMap),
      Trace(
        trunk: trunkTrace, head: headTrace, attention: selected?.trace, sampleAttention: sample?.trace,
        mapAttention: attended?.trace, logits: output.logits)
    )
  }

  /// Adds the gradients of all parameters.
  ///
  /// - Parameters:
  ///   - logits: The gradient of the loss by the logits, [B, classes].
  ///   - embeddings: The gradient by the embeddings other than through the logits, [B, D], or nil for zero.
  ///   - inclusion: The gradient by the inclusion weights, [B, D], or nil for zero.
  ///   - sampleWeights: The gradient by the sample weights other than through the logits, [B], or nil for zero.
  ///   - trace: What ``forward(_:)`` returned.
  /// - Precondition: Gradients by inclusion and sample weights are given only to a model with such an attention.
  public mutating func backward(
    logits: consuming Tensor<Scalar>, embeddings: Tensor<Scalar>? = nil, inclusion: Tensor<Scalar>? = nil,
    sampleWeights: Tensor<Scalar>? = nil, through trace: consuming Trace
  ) {
    precondition(
      sampleWeights == nil || sampleAttention != nil,
      "a gradient by sample weights was given to a model without sample attention")
    precondition(
      inclusion == nil || attention != nil,
      "a gradient by inclusion weights was given to a model without selective attention")
    var map: Tensor<Scalar>?
    if let inclusion, let attentionTrace = trace.attention {
      map = attention?.backward(inclusion, through: attentionTrace)
    }
    var embeddings = embeddings
    if let sampleTrace = trace.sampleAttention {
      var byWeights = sampleWeights
      if configuration.sampleAttention?.weightsLogits == true {
        let through = LogitWeighting.backward(logits, logits: trace.logits, weights: sampleTrace.weights)
        logits = through.logits
        byWeights = Self.sum(byWeights, through.weights)
      }
      if let byWeights, let sample = sampleAttention?.backward(byWeights, through: sampleTrace) {
        map = Self.sum(map, sample.map)
        embeddings = Self.sum(embeddings, sample.embeddings)
      }
    }
    let (headTrace, trunkTrace) = (trace.head, trace.trunk)
    var attended = trace.mapAttention
    // The only owner from here on, so that each layer's part is released as soon as the layer is done.
    _ = consume trace
    var features = head.backward(logits: logits, embeddings: embeddings, map: map, through: consume headTrace)
    if let attendedTrace = attended.take() {
      features = mapAttention!.backward(consume features, through: consume attendedTrace)
    }
    trunk.accumulateGradients(consume features, through: consume trunkTrace)
  }

  private static func sum(_ first: Tensor<Scalar>?, _ second: Tensor<Scalar>?) -> Tensor<Scalar>? {
    guard let first, let second else { return first ?? second }
    return first + second
  }

  /// Visits the trunk, then the head under `head.`, the attention under `attention.`, the sample attention under
  /// `sampleAttention.` and the attention on the map under `mapAttention.`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try trunk.visitParameters(visit)
    try head.visitParameters(under: "head", visit)
    try attention?.visitParameters(under: "attention", visit)
    try sampleAttention?.visitParameters(under: "sampleAttention", visit)
    try mapAttention?.visitParameters(under: "mapAttention", visit)
  }

  /// Visits the running statistics in the order of the parameters.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    try trunk.visitBuffers(visit)
    try head.visitBuffers(under: "head", visit)
    try attention?.visitBuffers(under: "attention", visit)
    try mapAttention?.visitBuffers(under: "mapAttention", visit)
  }
}
