/// The multi-similarity loss: positive and negative pairs weighted by how hard they are among their anchor's pairs.
///
/// For similarities s with P(i) and N(i) the positives and negatives of anchor i,
///
///     ℓᵢ = (1/α) ln(1 + Σ over P(i) of e^(−α(sᵢⱼ − λ))) + (1/β) ln(1 + Σ over N(i) of e^(β(sᵢⱼ − λ)))
///
/// reduced over anchors. For distances s − λ changes sign. ∂ℓᵢ/∂sᵢⱼ is minus the share of e^(−α(sᵢⱼ − λ)) in
/// 1 + Σ for a positive, plus that of e^(β(sᵢⱼ − λ)) for a negative.
///
/// Sums are taken after the largest exponent has been subtracted: nothing overflows.
///
/// - Complexity: O(B·N) beside the distances.
/// - SeeAlso: X. Wang et al., *Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning*, CVPR 2019;
///   ``MultiSimilarityMiner`` for the mining of the same paper; Docs/PairLosses.md.
public struct MultiSimilarityLoss<Scalar: TensorScalar>: PairwiseLoss {
  /// α: how sharply hard positives are weighted.
  public let alpha: Double
  /// β: how sharply hard negatives are weighted.
  public let beta: Double
  /// λ: the similarity from which pairs count as far or near.
  public let base: Double
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
  ///   - alpha: α: how sharply hard positives are weighted.
  ///   - beta: β: how sharply hard negatives are weighted.
  ///   - base: λ: the similarity from which pairs count as far or near.
  ///   - distance: What is measured; cosine by default.
  ///   - reduction: Over anchors; `.mean` by default, as pytorch-metric-learning.
  ///   - miner: Who chooses the tuples; all pairs by default.
  ///   - nonFinite: What to do with embeddings that are not finite.
  /// - Precondition: α and β are positive, and all three finite.
  public init(
    alpha: Double = 2, beta: Double = 50, base: Double = 0.5, distance: PairwiseDistance<Scalar> = .cosine,
    reduction: LossReduction = .mean, miner: (any TupleMiner<Scalar>)? = nil,
    nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(alpha > 0 && alpha.isFinite, "the weight α has to be a positive number, not \(alpha)")
    precondition(beta > 0 && beta.isFinite, "the weight β has to be a positive number, not \(beta)")
    precondition(base.isFinite, "the base λ has to be a number, not \(base)")
    self.alpha = alpha
    self.beta = beta
    self.base = base
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
      .multiSimilarity(alpha: alpha, beta: beta, base: base), distances, relations,
      isSimilarity: distance.isSimilarity, onlyPositive: reduction == .meanOfPositive, gradient: &gradient)
    return PairwiseValue(sums: sums.loss, active: sums.active, count: Double(relations.rows), reduction: reduction)
  }
}
