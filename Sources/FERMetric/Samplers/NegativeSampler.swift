/// Chooses which class's center pushes each sample away.
///
/// A sampler reads the batch and writes its choice; what it learns from training it learns in ``observe(_:)``, which
/// a loss calls once for each step, after selection, and never in evaluation. The own class is never chosen, ties go
/// to the lowest class index, and a sample without any eligible other class is not valid. Classes that are absent from
/// the batch stay candidates. The choice is a constant for the gradient.
public protocol NegativeSampler<Scalar>: Sendable {
  /// The number type.
  associatedtype Scalar: TensorScalar

  /// Chooses negatives for a batch whose numbers are finite wherever a sample takes part.
  ///
  /// Begin with ``NegativeSelection/reset(_:samples:dimension:)``, then choose among the classes of which
  /// ``MetricBatch/isCandidate(_:against:)`` is true, or invalidate each sample. Samples without
  /// ``MetricBatch/canHaveNegative(_:)`` are left out in any case; the label of one that takes no part may be anything.
  func select(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection)

  /// Takes in a training batch. By default there is nothing to learn.
  mutating func observe(_ batch: MetricBatch<Scalar>)

  /// Visits records by name, for checkpoints. By default there are none.
  mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows
}

extension NegativeSampler {
  /// Learns nothing from the batch.
  public mutating func observe(_ batch: MetricBatch<Scalar>) {}

  /// Visits nothing: the sampler keeps no records.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {}

  /// Chooses negatives for any batch, checking it first as a loss does.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; under the lenient policy only for centers.
  public func selection(
    for batch: MetricBatch<Scalar>, nonFinite: NonFinitePolicy = .strict
  ) throws(MetricError) -> NegativeSelection {
    batch.checkLabels()
    var selection = NegativeSelection()
    if let mask = try batch.finiteSamples(nonFinite) {
      let finite = batch.including(mask.span)
      select(for: finite, into: &selection)
      selection.settle(for: finite)
    } else {
      select(for: batch, into: &selection)
      selection.settle(for: batch)
    }
    return selection
  }
}
