/// The circle loss: similarities pulled to 1 + m and −m, each at a pace of its own.
///
/// For cosines s, relaxation m and scale γ,
///
///     ℓᵢ = ln(1 + Σ over N(i) of e^(γαₙ(sₙ − m)) · Σ over P(i) of e^(−γαₚ(sₚ − 1 + m)))
///     αₚ = max(0, 1 + m − sₚ) ,   αₙ = max(0, sₙ + m)
///
/// reduced over anchors; an anchor without positives or without negatives has no loss. The paces α are constants for the
/// gradient, as in the paper: ∂ℓᵢ/∂sₙ = q·γαₙ·share of sₙ among negatives, ∂ℓᵢ/∂sₚ = −q·γαₚ·share of sₚ among positives,
/// with q = 1 − e^−ℓᵢ.
///
/// The paper takes m = 0.25 and γ = 256 for faces.
///
/// - Complexity: O(B·N) beside the similarities.
/// - SeeAlso: Y. Sun et al., *Circle Loss: A Unified Perspective of Pair Similarity Optimization*, CVPR 2020;
///   Docs/PairLosses.md.
public struct CircleLoss<Scalar: TensorScalar>: PairwiseLoss {
  /// m
  public let relaxation: Double
  /// γ
  public let scale: Double
  /// How losses become one number.
  public let reduction: LossReduction
  /// What is measured between embeddings.
  public let distance: PairwiseDistance<Scalar>
  /// Who chooses the tuples; `nil` means all pairs.
  public let miner: (any TupleMiner<Scalar>)?
  /// What to do with embeddings that are not finite.
  public let nonFinite: NonFinitePolicy

  /// Creates the loss.
  ///
  /// - Parameters:
  ///   - relaxation: m
  ///   - scale: γ
  ///   - distance: What is measured; the cosine.
  ///   - reduction: Over anchors; `.meanOfPositive` by default, as pytorch-metric-learning.
  ///   - miner: Who chooses the tuples; all pairs by default.
  ///   - nonFinite: What to do with embeddings that are not finite.
  /// - Precondition: γ is positive and m finite; the distance is a cosine.
  public init(
    relaxation: Double = 0.4, scale: Double = 80, distance: PairwiseDistance<Scalar> = .cosine,
    reduction: LossReduction = .meanOfPositive, miner: (any TupleMiner<Scalar>)? = nil,
    nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(relaxation.isFinite, "the relaxation has to be a number, not \(relaxation)")
    precondition(scale > 0 && scale.isFinite, "the scale has to be a positive number, not \(scale)")
    precondition(
      distance.isSimilarity && distance.isNormalized, "the circle loss takes cosines, not \(distance.kind)")
    self.relaxation = relaxation
    self.scale = scale
    self.distance = distance
    self.reduction = reduction
    self.miner = miner
    self.nonFinite = nonFinite
  }

  /// The value, and its gradient by the matrix.
  public func evaluate(
    _ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>, gradient: inout MutableMatrixView<Scalar>?
  ) -> PairwiseValue<Scalar> {
    let sums = Scalar.pairLossKernels.run(
      .circle(relaxation: relaxation, scale: scale), distances, relations,
      isSimilarity: distance.isSimilarity, onlyPositive: reduction == .meanOfPositive, gradient: &gradient)
    return PairwiseValue(sums: sums.loss, active: sums.active, count: Double(relations.rows), reduction: reduction)
  }
}
