/// The supervised contrastive loss: every positive of an anchor against all of its other pairs.
///
/// For similarities s, z = s/τ, and A(i) = P(i) ∪ N(i),
///
///     ℓᵢ = ln Σ over A(i) of e^zᵢⱼ − mean over P(i) of zᵢⱼ
///
/// reduced over anchors; an anchor without positives has no loss, and a batch without positive pairs or without negative
/// pairs has none. Distances enter as −d. ∂ℓᵢ/∂zᵢⱼ = e^zᵢⱼ/Σ − [j ∈ P(i)]/|P(i)|.
///
/// - Complexity: O(B·N) beside the distances.
/// - SeeAlso: P. Khosla et al., *Supervised Contrastive Learning*, NeurIPS 2020: its form with the sum outside of the
///   logarithm; Docs/PairLosses.md.
public struct SupConLoss<Scalar: TensorScalar>: PairwiseLoss {
  /// τ
  public let temperature: Double
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
  ///   - temperature: τ
  ///   - distance: What is measured; cosine by default.
  ///   - reduction: Over anchors; `.meanOfPositive` by default, as pytorch-metric-learning.
  ///   - miner: Who chooses the tuples; all pairs by default.
  ///   - nonFinite: What to do with embeddings that are not finite.
  /// - Precondition: τ is positive and finite.
  public init(
    temperature: Double = 0.1, distance: PairwiseDistance<Scalar> = .cosine,
    reduction: LossReduction = .meanOfPositive, miner: (any TupleMiner<Scalar>)? = nil,
    nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(
      temperature > 0 && temperature.isFinite, "the temperature has to be a positive number, not \(temperature)")
    self.temperature = temperature
    self.distance = distance
    self.reduction = reduction
    self.miner = miner
    self.nonFinite = nonFinite
  }

  /// The value, and its gradient by the matrix.
  public func evaluate(
    _ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>, gradient: inout MutableMatrixView<Scalar>?
  ) -> PairwiseValue<Scalar> {
    let counts = relations.counted(distances)
    guard counts.positives > 0 && counts.negatives > 0 else { return PairwiseValue(value: 0) }
    let sums = Scalar.pairLossKernels.run(
      .supervisedContrast(temperature: temperature), distances, relations,
      isSimilarity: distance.isSimilarity, onlyPositive: reduction == .meanOfPositive, gradient: &gradient)
    return PairwiseValue(sums: sums.loss, active: sums.active, count: Double(relations.rows), reduction: reduction)
  }
}
