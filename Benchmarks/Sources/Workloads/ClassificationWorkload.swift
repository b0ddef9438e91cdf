import FERMetric
import FERModels

/// What one training step asks of a classification loss: the value, and the gradient by logits, written over what was there.
public struct ClassificationWorkload: GradientWorkload {
  private let loss: any ClassificationLoss<Float>
  private let logits: [Tensor<Float>]
  private let labels: [[Int]]
  private var logitGradients: [Tensor<Float>]
  private var position = 0

  /// Starts at the first batch; nil for metric losses.
  public init?(_ name: LossName, _ batches: FamilyBatches) {
    guard let loss = name.classificationLoss(as: Float.self) else { return nil }
    self.loss = loss
    logits = batches.logits
    labels = batches.labels
    logitGradients = batches.logits.map { Tensor(zeros: $0.shape) }
  }

  /// Runs the next batch in rotation and returns the loss.
  @discardableResult
  public mutating func step() throws -> Float {
    let index = position
    position = (position + 1) % logits.count
    return try Self.step(loss, logits[index], labels[index], &logitGradients[index])
  }

  /// The gradient of the batch that ran last.
  public var gradients: [Tensor<Float>] { [logitGradients[(position + logits.count - 1) % logits.count]] }

  private static func step(
    _ loss: any ClassificationLoss<Float>, _ logits: Tensor<Float>, _ labels: [Int], _ gradient: inout Tensor<Float>
  ) throws -> Float {
    gradient.fill(with: 0)
    var sink = gradient.mutableMatrix
    return try loss(logits.matrix, labels: labels.span, included: nil, weight: 1, accumulatingInto: &sink)
  }
}
