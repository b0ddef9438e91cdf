/// What a loss over a matrix of pairs reports of it.
public struct PairwiseValue<Scalar: TensorScalar>: Sendable, Hashable {
  /// The loss after reduction.
  public var value: Scalar
  /// What the gradient that was added has to be multiplied by to become that of the value.
  public var gradientScale: Scalar
  /// The share of terms whose loss is positive.
  public var activeFraction: Scalar
  /// The margin, for losses that have one.
  public var margin: Scalar

  /// Creates a report.
  public init(value: Scalar, gradientScale: Scalar = 1, activeFraction: Scalar = 0, margin: Scalar = 0) {
    self.value = value
    self.gradientScale = gradientScale
    self.activeFraction = activeFraction
    self.margin = margin
  }
}

/// A loss that knows embeddings only by their distances: a function of a [B, N] matrix and of which pairs are positive.
///
/// A conforming type gives the value and the derivative by each element of the matrix; everything else that makes it a
/// ``MetricLoss`` is done here: distances of the batch, among its samples or to its references, and their gradients,
/// tuples of a miner, samples that take no part, numbers that are not finite.
///
/// ## Numerical behavior
/// A sample that takes no part, or is left out as not finite, is absent: the result equals, to the bit, that of the batch
/// without it. A batch without any pair gives 0 and adds nothing.
///
/// A loss with a call of its own, which does more than ``evaluate(_:_:gradient:)``, needs two: one that accumulates into
/// gradients, and one that writes into them.
///
/// - Complexity: Two passes over the pairs for the distances, O(B·N·D), and what the loss itself needs. Memory: the
///   matrix and its gradient, 2·B·N numbers, B·N more where tuples are given or chosen, and B·N more where the miner
///   measures another distance. Triplets of a ``TripletMarginMiner`` are counted in O(B·N log N), not listed.
public protocol PairwiseLoss<Scalar>: MetricLoss {
  /// What is measured between embeddings.
  var distance: PairwiseDistance<Scalar> { get }
  /// Who chooses the tuples; `nil` means all pairs.
  var miner: (any TupleMiner<Scalar>)? { get }
  /// What to do with embeddings that are not finite.
  var nonFinite: NonFinitePolicy { get }

  /// The value, and its gradient by the matrix.
  ///
  /// - Parameters:
  ///   - distances: `[B, N]`
  ///   - relations: Which pairs are positive and negative; at least one is either.
  ///   - gradient: `[B, N]` zeros, added to: the derivative of the value divided by ``PairwiseValue/gradientScale``. `nil`
  ///     if it is not wanted.
  func evaluate(
    _ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>, gradient: inout MutableMatrixView<Scalar>?
  ) -> PairwiseValue<Scalar>
}

extension PairwiseLoss {
  /// Computes the loss and adds `weight` × gradient.
  ///
  /// - Parameters:
  ///   - batch: Embeddings and labels; references, if there are any, are what the embeddings are compared with.
  ///   - weight: The factor λ of this loss in the whole objective.
  ///   - gradients: Buffers that are added to: embeddings and references.
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    return try PairPass(self).run(batch, tuples: nil, own: nil, weight: weight, gradients: &gradients, use: .added)
  }

  /// The same with gradients that are written: what the buffers hold is neither read nor kept.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been written.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, writingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    return try PairPass(self).run(batch, tuples: nil, own: nil, weight: weight, gradients: &gradients, use: .written)
  }

  /// The same for tuples that somebody chose already, instead of the miner.
  ///
  /// - Precondition: Indices lie within the batch, and within the references if there are any.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, tuples: IndexTuples, weight: Scalar = 1,
    accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    return try PairPass(self).run(batch, tuples: tuples, own: nil, weight: weight, gradients: &gradients, use: .added)
  }

  /// The value alone; changes nothing.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    try PairPass(self).value(batch, tuples: nil, own: nil)
  }

  /// The value alone for tuples that somebody chose already; changes nothing.
  public func value(
    for batch: MetricBatch<Scalar>, tuples: IndexTuples
  ) throws(MetricError) -> LossValue<Scalar> {
    try PairPass(self).value(batch, tuples: tuples, own: nil)
  }
}
