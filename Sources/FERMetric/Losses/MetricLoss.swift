/// A loss over embeddings, with hand-derived gradients.
///
/// Called for training, a loss adds `weight` × gradient into the caller's buffers, or writes it there, and may update
/// statistics of its own; asked for a value only, it changes nothing. A loss of your own conforms in the same way:
///
///     struct MeanSquare: MetricLoss {
///       mutating func callAsFunction(
///         _ batch: MetricBatch<Float>, weight: Float, accumulatingInto gradients: inout MetricGradients<Float>
///       ) throws(MetricError) -> LossValue<Float> { … }
///       func value(for batch: MetricBatch<Float>) throws(MetricError) -> LossValue<Float> { … }
///     }
public protocol MetricLoss<Scalar>: Sendable {
  /// The number type.
  associatedtype Scalar: TensorScalar

  /// The training call: computes the loss, adds `weight` × gradient, then lets statistics observe the batch.
  ///
  /// - Parameters:
  ///   - batch: What the loss reads.
  ///   - weight: The factor λ of this loss in the whole objective; the value returned does not contain it.
  ///   - gradients: Buffers that are added to.
  /// - Throws: ``MetricError``; then nothing has been added or observed.
  mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar>

  /// The training call with gradients that are written: what the buffers hold is neither read nor kept. By default they
  /// are filled with zeros, and the other call adds to them.
  ///
  /// - Parameters:
  ///   - batch: What the loss reads.
  ///   - weight: The factor λ of this loss in the whole objective; the value returned does not contain it.
  ///   - gradients: Buffers that are written.
  /// - Throws: ``MetricError``; then nothing has been observed, and the buffers hold anything.
  mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar, writingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar>

  /// The value alone; changes nothing.
  func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar>

  /// Visits the parameters that the loss learns, by name, in a fixed order; changes made to one are kept. By default
  /// there are none.
  ///
  ///     loss.visitParameters { name, parameter in
  ///       optimizer.update(&parameter.value, gradient: parameter.gradient, named: name, rate: 0.01)
  ///       parameter.clearGradient()
  ///     }
  mutating func visitParameters(_ visit: MetricParameterVisitor<Scalar>) rethrows

  /// Visits parameters and records of the loss's own, by name, for checkpoints. By default these are the values of the
  /// parameters.
  mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows
}

extension MetricLoss {
  /// Fills the buffers with zeros, and adds to them.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, writingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.clear()
    return try self(batch, weight: weight, accumulatingInto: &gradients)
  }

  /// Visits nothing: the loss learns no parameters.
  public mutating func visitParameters(_ visit: MetricParameterVisitor<Scalar>) rethrows {}

  /// Visits the values of the parameters: the loss keeps no further records.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    try visitParameterValues(visit)
  }

  /// Visits the values of the parameters as state: for losses that keep further records.
  public mutating func visitParameterValues(_ visit: MetricStateVisitor<Scalar>) rethrows {
    try visitParameters { name, parameter in
      let shape = parameter.value.shape
      var state = MetricState.tensor(parameter.value)
      try visit(name, &state)
      guard case .tensor(let value) = state, value.shape == shape else {
        preconditionFailure("the parameter \(name) is a tensor of shape \(shape), and is put back as one")
      }
      parameter.value = value
    }
  }
}
