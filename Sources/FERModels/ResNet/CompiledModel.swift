public import FERMetric

/// An ``ExpressionModel`` prepared for inference on one backend: normalizations folded into the filters, filters
/// packed, ReLU and residual sums done on the way out of each convolution, no selective attention. An attention on the
/// trunk's map, and a sample attention that weights the logits, remain as the layers that they are.
///
///     let recognizer = CompiledModel(model, backend: .current)
///     let (logits, embeddings) = recognizer(pictures)
///
/// The plan is immutable: several threads may call it at once, and none needs a backend scope. Results equal those
/// of the model's own inference up to rounding.
public struct CompiledModel<Scalar: TensorScalar>: Sendable {
  /// What determined the architecture.
  public let configuration: ModelConfiguration
  /// The backend whose kernels run the plan.
  public let backend: Backend

  /// The number of coordinates of an embedding, D.
  public var embeddingDim: Int { classifier.weight.value.shape[1] }

  private let stem: Unit
  private let blocks: [Block]
  private let mapAttention: MapAttention<Scalar>?
  private let head: [Unit]
  private let classifier: Linear<Scalar>
  private let sampleAttention: SampleAttention<Scalar>?
  private let window: PoolingWindow

  /// Prepares a model.
  ///
  /// - Complexity: One pass over the weights, which are copied.
  public init(_ model: ExpressionModel<Scalar>, backend: Backend = .current) {
    configuration = model.configuration
    self.backend = backend
    let kernels = Scalar.kernels(of: backend)
    stem = Unit(model.trunk.stem, kernels)
    window = model.trunk.pooling.window
    blocks = model.trunk.stages.joined().map { block in
      Block(units: block.units.map { Unit($0, kernels) }, projection: block.projection.map { Unit($0, kernels) })
    }
    mapAttention = model.mapAttention
    head = [Unit(model.head.first, kernels), Unit(model.head.second, kernels)]
    classifier = model.head.classifier
    sampleAttention = configuration.sampleAttention?.weightsLogits == true ? model.sampleAttention : nil
  }

  /// Computes the logits [B, classes] and the embeddings [B, D] of normalized pictures [B, H, W, 3].
  public func callAsFunction(_ batch: Tensor<Scalar>) -> (logits: Tensor<Scalar>, embeddings: Tensor<Scalar>) {
    let kernels = Scalar.kernels(of: backend)
    var map = kernels.maximumPooling(stem(batch), window: window).output
    for block in blocks { map = block(consume map) }
    map = attended(map)
    for unit in head { map = unit(map) }
    if configuration.finalActivation == .sigmoid { map = Sigmoid()(map) }
    let embeddings = kernels.averagePooling(map)
    return withBackend(backend) {
      let logits = classifier(embeddings)
      guard let sampleAttention else { return (logits, embeddings) }
      let weights = sampleAttention(map: map, embeddings: embeddings).weights
      return (LogitWeighting.weighted(logits, by: weights), embeddings)
    }
  }

  private func attended(_ map: Tensor<Scalar>) -> Tensor<Scalar> {
    guard let mapAttention else { return map }
    return withBackend(backend) { mapAttention(map) }
  }

  private struct Unit {
    let convolution: any PackedConvolution<Scalar>

    init(_ unit: ConvolutionUnit<Scalar>, _ kernels: any NetworkKernels<Scalar>) {
      let (slope, offset) = unit.normalization.inferenceCoefficients
      convolution = kernels.packedConvolution(
        weights: unit.weight.value * slope.reshaped(to: [-1, 1, 1, 1]), bias: offset, geometry: unit.geometry,
        rectified: unit.normalization.rectified)
    }

    func callAsFunction(
      _ input: Tensor<Scalar>, adding residual: consuming Tensor<Scalar>? = nil
    ) -> Tensor<Scalar> {
      convolution(input, adding: residual)
    }
  }

  private struct Block {
    let units: [Unit]
    let projection: Unit?

    // The input is consumed, so that the last unit can write over it.
    func callAsFunction(_ input: consuming Tensor<Scalar>) -> Tensor<Scalar> {
      var output = units[0](input)
      for unit in units[1...].dropLast() { output = unit(output) }
      var residual = input
      if let projection { residual = projection(residual) }
      return units[units.count - 1](output, adding: consume residual)
    }
  }
}
