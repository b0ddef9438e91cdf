import FERMetric

/// A loss of one's own: the center loss, half the mean squared distance of embeddings to the centers of their classes.
///
///     L = 1/(2B) Σᵢ ‖xᵢ − c(yᵢ)‖² ,   ∂L/∂xᵢ = (xᵢ − c(yᵢ))/B ,   ∂L/∂cₖ = −Σ over i of class k (xᵢ − cₖ)/B
struct CenterPull: MetricLoss {
  func callAsFunction(
    _ batch: MetricBatch<Float>, weight: Float, accumulatingInto gradients: inout MetricGradients<Float>
  ) throws(MetricError) -> LossValue<Float> {
    guard let centers = batch.centers else { preconditionFailure("the center loss needs centers") }
    for i in 0..<batch.count {
      let label = batch.labels[i]
      for j in 0..<batch.dimension {
        let pull = weight / Float(batch.count) * (batch.embeddings[i, j] - centers[label, j])
        gradients.embeddings?[i, j] += pull
        gradients.centers?[label, j] -= pull
      }
    }
    return try value(for: batch)
  }

  func value(for batch: MetricBatch<Float>) throws(MetricError) -> LossValue<Float> {
    guard let centers = batch.centers else { preconditionFailure("the center loss needs centers") }
    var sum: Float = 0
    for i in 0..<batch.count {
      for j in 0..<batch.dimension {
        let difference = batch.embeddings[i, j] - centers[batch.labels[i], j]
        sum += difference * difference
      }
    }
    return LossValue(value: sum / Float(2 * batch.count), validCount: batch.count, activeFraction: 1)
  }
}
