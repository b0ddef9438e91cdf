/// The normalized temperature-scaled cross-entropy: each positive pair against its anchor's negatives.
///
/// For similarities s and z = s/τ, each positive pair (i, p) has the loss
///
///     ℓᵢₚ = −ln (e^zᵢₚ/(e^zᵢₚ + Σ over N(i) of e^zᵢₙ)) = ln(1 + e^(Λᵢ − zᵢₚ)) ,   Λᵢ = ln Σ over N(i) of e^zᵢₙ
///
/// reduced over positive pairs; other positives of the anchor are not in the denominator. An anchor without negatives
/// has no loss, and a batch without positive pairs or without negative pairs has none. Distances enter as −d. With
/// q = 1/(1 + e^(zᵢₚ − Λᵢ)): ∂ℓ/∂zᵢₚ = −q, ∂ℓ/∂zᵢₙ = q·e^(zᵢₙ − Λᵢ).
///
/// The loss is never clipped: it grows with Λᵢ − zᵢₚ. pytorch-metric-learning stops at −ln of the least normal number.
///
/// - Complexity: O(B·N) beside the distances; no list of pairs exists.
/// - SeeAlso: K. Sohn, NeurIPS 2016; T. Chen et al., *A Simple Framework for Contrastive Learning of Visual
///   Representations*, ICML 2020; A. van den Oord et al., 2018 (InfoNCE); Docs/PairLosses.md.
public struct NTXentLoss<Scalar: TensorScalar>: PairwiseLoss {
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
  ///   - reduction: Over positive pairs; `.mean` by default, as pytorch-metric-learning.
  ///   - miner: Who chooses the tuples; all pairs by default.
  ///   - nonFinite: What to do with embeddings that are not finite.
  /// - Precondition: τ is positive and finite.
  public init(
    temperature: Double = 0.07, distance: PairwiseDistance<Scalar> = .cosine,
    reduction: LossReduction = .mean, miner: (any TupleMiner<Scalar>)? = nil,
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
      .normalizedTemperature(temperature: temperature), distances, relations, isSimilarity: distance.isSimilarity,
      onlyPositive: false, gradient: &gradient)
    return PairwiseValue(sums: sums.loss, active: sums.active, count: counts.positives, reduction: reduction)
  }
}
