import FERMetric

/// The value of a loss as a function of its batch, near one batch, with all that its gradient takes for constant held: the
/// paces of the circle loss, and what a memory remembers.
func valueHoldingConstants(
  of loss: any MetricLoss<Double>, near batch: TensorBatch<Double>
) throws -> (TensorBatch<Double>) throws -> Double {
  if let circle = loss as? CircleLoss<Double> {
    let held = CircleWithHeldPaces(circle, at: batch)
    return { held.value(for: $0) }
  }
  if let memory = loss as? CrossBatchMemory<Double> {
    let held = try HeldMemory(memory, at: batch)
    return { try held.value(for: $0) }
  }
  return { try loss.value(for: $0).value }
}
