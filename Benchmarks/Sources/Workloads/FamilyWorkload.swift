import FERMetric
import FERModels

/// What one training step asks of a metric loss: the value, and the gradients by embeddings, centers and inclusion weights,
/// written over what was there.
///
/// A loss gets of a batch what it reads: centers, inclusion weights, a teacher or attention weights only where it does.
public struct FamilyWorkload: GradientWorkload {
  private let name: LossName
  private let batches: FamilyBatches
  private var loss: any MetricLoss<Float>
  private var embeddingGradients: [Tensor<Float>]
  // Those of the inclusion weights of each batch, with no rows where the loss reads none.
  private var inclusionGradients: [Tensor<Float>]
  // Those of the centers or proxies, with no rows where the loss reads neither.
  private let centers: Tensor<Float>
  private var centerGradients: Tensor<Float>
  private var position = 0

  /// Starts at the first batch with a fresh loss; nil for classification losses.
  ///
  /// Distillation looks at all candidates and not at a drawn share, so that both sides choose among the same.
  public init?(_ name: LossName, _ batches: FamilyBatches) {
    let made: (any MetricLoss<Float>)? =
      name == .distillation
      ? DistillationTripletLoss<Float>(candidateShare: 1)
      : name.loss(classes: batches.shape.classes, dimension: batches.shape.dimension)
    guard let made else { return nil }
    self.name = name
    self.batches = batches
    loss = made
    embeddingGradients = batches.embeddings.map { Tensor(zeros: $0.shape) }
    inclusionGradients = batches.inclusion.map { Tensor(zeros: name.readsInclusion ? $0.shape : [0, $0.shape[1]]) }
    centers =
      switch name.centersPerClass {
      case 0: Tensor(zeros: [0, batches.shape.dimension])
      case 1: batches.centers
      default: batches.proxies
      }
    centerGradients = Tensor(zeros: centers.shape)
  }

  /// Runs the next batch in rotation and returns the loss.
  @discardableResult
  public mutating func step() throws -> Float {
    let index = position
    position = (position + 1) % batches.shape.rotation
    return try Self.step(
      &loss, name, batches, centers, index, &embeddingGradients[index], &inclusionGradients[index], &centerGradients)
  }

  /// The gradients of the batch that ran last: by embeddings, and by inclusion weights and centers if the loss reads some.
  public var gradients: [Tensor<Float>] {
    let last = (position + batches.shape.rotation - 1) % batches.shape.rotation
    return [embeddingGradients[last], inclusionGradients[last], centerGradients]
  }

  private static func step(
    _ loss: inout any MetricLoss<Float>, _ name: LossName, _ batches: FamilyBatches, _ centers: Tensor<Float>,
    _ index: Int, _ embeddings: inout Tensor<Float>, _ inclusion: inout Tensor<Float>,
    _ centerGradients: inout Tensor<Float>
  ) throws -> Float {
    loss.visitParameters { _, parameter in parameter.clearGradient() }
    let (x, y, a, r) = (
      batches.embeddings[index], batches.labels[index], batches.inclusion[index], batches.references[index]
    )
    let (predictions, identities) = (batches.predictions[index], batches.identities[index])
    let (weights, taught) = (batches.weights[index], batches.referenceLabels[index])
    let readsCenters = name.centersPerClass > 0
    let batch = MetricBatch(
      embeddings: x.matrix, labels: y.span, centers: readsCenters ? centers.matrix : nil,
      inclusion: name.readsInclusion ? a.matrix : nil, predictions: predictions.span, identities: identities.span,
      weights: name.family == .attention ? weights.span : nil, references: name.readsTeacher ? r.matrix : nil,
      referenceLabels: name.readsTeacher ? taught.span : nil)
    var gradients = MetricGradients(
      embeddings: embeddings.mutableMatrix, centers: centerGradients.mutableMatrix, inclusion: inclusion.mutableMatrix)
    if !readsCenters { gradients.centers = nil }
    if !name.readsInclusion { gradients.inclusion = nil }
    return try loss(batch, weight: 1, writingInto: &gradients).value
  }
}
