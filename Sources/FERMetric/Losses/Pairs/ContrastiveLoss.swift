/// The contrastive loss: positive pairs nearer than one margin, negative pairs farther than another.
///
/// For distances d,
///
///     L = R over positive pairs of max(0, d − m⁺)  +  R over negative pairs of max(0, m⁻ − d)
///
/// with the reduction R of positive and of negative pairs apart. For similarities s the differences change sign: use
/// m⁺ = 1 and m⁻ = 0 or so. The gradient by d is 1 for a positive pair beyond m⁺, −1 for a negative pair within m⁻,
/// each times what R divides by, and 0 elsewhere, at the margin too.
///
///     var loss = ContrastiveLoss<Float>()
///     let (value, gradients) = try loss(TensorBatch(embeddings: x, labels: labels))
///
/// - Complexity: O(B·N) beside the distances.
/// - SeeAlso: R. Hadsell, S. Chopra and Y. LeCun, *Dimensionality Reduction by Learning an Invariant Mapping*, CVPR 2006,
///   whose margins act on squares; the reading of pytorch-metric-learning is taken here. Docs/PairLosses.md.
public struct ContrastiveLoss<Scalar: TensorScalar>: PairwiseLoss {
  /// m⁺: positive pairs nearer than this have no loss.
  public let positiveMargin: Double
  /// m⁻: negative pairs farther than this have no loss.
  public let negativeMargin: Double
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
  ///   - positiveMargin: m⁺: positive pairs nearer than this have no loss.
  ///   - negativeMargin: m⁻: negative pairs farther than this have no loss.
  ///   - distance: What is measured; Euclidean over unit rows by default.
  ///   - reduction: Over positive pairs, and over negative pairs; `.meanOfPositive` by default, as pytorch-metric-learning.
  ///   - miner: Who chooses the tuples; all pairs by default.
  ///   - nonFinite: What to do with embeddings that are not finite.
  /// - Precondition: Margins are finite.
  public init(
    positiveMargin: Double = 0, negativeMargin: Double = 1, distance: PairwiseDistance<Scalar> = .lp(),
    reduction: LossReduction = .meanOfPositive, miner: (any TupleMiner<Scalar>)? = nil,
    nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(positiveMargin.isFinite, "the positive margin has to be a number, not \(positiveMargin)")
    precondition(negativeMargin.isFinite, "the negative margin has to be a number, not \(negativeMargin)")
    self.positiveMargin = positiveMargin
    self.negativeMargin = negativeMargin
    self.distance = distance
    self.reduction = reduction
    self.miner = miner
    self.nonFinite = nonFinite
  }

  /// The value, and its gradient by the matrix.
  public func evaluate(
    _ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>, gradient: inout MutableMatrixView<Scalar>?
  ) -> PairwiseValue<Scalar> {
    let kernels = Scalar.pairLossKernels
    let sums = kernels.run(
      .contrastive(positiveMargin: positiveMargin, negativeMargin: negativeMargin), distances, relations,
      isSimilarity: distance.isSimilarity, onlyPositive: false, gradient: &gradient)
    let counts = relations.counted(distances)
    let positive = reduction.factor(count: counts.positives, active: sums.active)
    let negative = reduction.factor(count: counts.negatives, active: sums.otherActive)
    // Where distances grow, positive pairs have positive gradients; with similarities it is the reverse.
    let (up, down) = distance.isSimilarity ? (negative, positive) : (positive, negative)
    if gradient != nil { kernels.scaleSigns(&gradient!, positive: Scalar(up), negative: Scalar(down)) }
    let count = counts.positives + counts.negatives
    return PairwiseValue(
      value: Scalar(positive * sums.loss + negative * sums.otherLoss),
      activeFraction: Scalar((sums.active + sums.otherActive) / count), margin: Scalar(negativeMargin))
  }
}
