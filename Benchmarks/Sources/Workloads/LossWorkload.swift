import FERMetric

/// What one training step asks of AMTC3L: selection of negatives, value and all gradients, written over what was there.
public struct LossWorkload {
  private let batches: LossBatches
  private var loss: TripletCenterLoss<Float>
  private var embeddingGradients: [Tensor<Float>]
  private var inclusionGradients: [Tensor<Float>]
  private var centerGradients: Tensor<Float>
  private var position = 0

  /// Starts at the first batch, with gradients of zero.
  public init(_ batches: LossBatches, sampler: any NegativeSampler<Float>) {
    self.batches = batches
    loss = .amtc3l(sampler: sampler)
    embeddingGradients = batches.embeddings.map { Tensor(zeros: $0.shape) }
    inclusionGradients = batches.embeddings.map { Tensor(zeros: $0.shape) }
    centerGradients = Tensor(zeros: batches.centers.shape)
  }

  /// Runs the next batch in rotation and returns the loss.
  @discardableResult
  public mutating func step() throws -> Float {
    let index = position
    position = (position + 1) % batches.shape.rotation
    return try Self.step(
      &loss, batches, index, &embeddingGradients[index], &centerGradients, &inclusionGradients[index])
  }

  /// The gradients of the batch that ran last: by embeddings, centers and inclusion weights.
  public var gradients: [Tensor<Float>] {
    let last = (position + batches.shape.rotation - 1) % batches.shape.rotation
    return [embeddingGradients[last], centerGradients, inclusionGradients[last]]
  }

  private static func step(
    _ loss: inout TripletCenterLoss<Float>, _ batches: LossBatches, _ index: Int, _ embeddings: inout Tensor<Float>,
    _ centers: inout Tensor<Float>, _ inclusion: inout Tensor<Float>
  ) throws -> Float {
    let (x, y, c) = (batches.embeddings[index], batches.labels[index], batches.centers)
    let (a, predictions) = (batches.inclusion[index], batches.predictions[index])
    let batch = MetricBatch(
      embeddings: x.matrix, labels: y.span, centers: c.matrix, inclusion: a.matrix, predictions: predictions.span)
    var gradients = MetricGradients(
      embeddings: embeddings.mutableMatrix, centers: centers.mutableMatrix, inclusion: inclusion.mutableMatrix)
    return try loss(batch, writingInto: &gradients).value
  }
}
