/// The triplet loss over all triplets of a batch, or over those that a miner chose.
///
/// For distances d, each triplet of an anchor, a positive and a negative has the loss
///
///     ℓ = max(0, d(a, p) − d(a, n) + m)        or, smooth, ln(1 + e^(d(a, p) − d(a, n) + m))
///
/// reduced over triplets; for similarities the difference changes sign. With `swap` the nearer of d(a, n) and d(p, n)
/// stands for the negative (a tie shares the gradient). The subgradient at 0 is 0.
///
/// Triplets are walked through anchor by anchor: no list of them exists, neither without a miner nor with a
/// ``TripletMarginMiner``, whatever its distance.
///
///     var loss = TripletMarginLoss<Float>(miner: .tripletMargin(.semihard))
///     let (value, gradients) = try loss(TensorBatch(embeddings: x, labels: labels))
///
/// - Complexity: O(T) for T triplets, at most B·N²/4 of the vectorised inner step, beside the distances.
/// - SeeAlso: K. Weinberger and L. Saul, JMLR 2009; F. Schroff et al., *FaceNet*, CVPR 2015; V. Balntas et al., BMVC 2016,
///   for the swap; Docs/PairLosses.md.
public struct TripletMarginLoss<Scalar: TensorScalar>: PairwiseLoss {
  /// m
  public let margin: Double
  /// Whether the positive stands in for the anchor where it is nearer to the negative.
  public let swap: Bool
  /// Whether the hinge is replaced by ln(1 + eˣ).
  public let isSmooth: Bool
  /// How losses become one number.
  public let reduction: LossReduction
  /// What is measured between embeddings.
  public let distance: PairwiseDistance<Scalar>
  /// What to do with embeddings that are not finite.
  public let nonFinite: NonFinitePolicy
  /// Who chooses the triplets, whether a list is made for it or not.
  public let mining: (any TupleMiner<Scalar>)?

  /// Creates the loss.
  ///
  /// - Parameters:
  ///   - margin: m
  ///   - swap: Whether the positive stands in for the anchor where it is nearer to the negative.
  ///   - smooth: Whether the hinge is replaced by ln(1 + eˣ).
  ///   - distance: What is measured; Euclidean over unit rows by default.
  ///   - reduction: Over triplets; `.meanOfPositive` by default, as pytorch-metric-learning.
  ///   - miner: Who chooses the tuples; all triplets by default.
  ///   - nonFinite: What to do with embeddings that are not finite.
  /// - Precondition: The margin is finite.
  public init(
    margin: Double = 0.05, swap: Bool = false, smooth: Bool = false, distance: PairwiseDistance<Scalar> = .lp(),
    reduction: LossReduction = .meanOfPositive, miner: (any TupleMiner<Scalar>)? = nil,
    nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(margin.isFinite, "the margin has to be a number, not \(margin)")
    self.margin = margin
    self.swap = swap
    isSmooth = smooth
    self.distance = distance
    self.reduction = reduction
    mining = miner
    self.nonFinite = nonFinite
  }

  /// The miner, unless its choice is an interval of the gap by the loss's own distance, which the pass over all triplets
  /// tests by itself.
  public var miner: (any TupleMiner<Scalar>)? { interval == nil ? mining : nil }

  private var interval: (above: Double, upTo: Double)? {
    guard let mining else { return (-.infinity, .infinity) }
    guard let interval = mining as? TripletMarginMiner<Scalar>, interval.distance == distance else { return nil }
    return interval.gaps
  }

  /// The value, and its gradient by the matrix.
  public func evaluate(
    _ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>, gradient: inout MutableMatrixView<Scalar>?
  ) -> PairwiseValue<Scalar> {
    precondition(
      !swap || relations.comparesWithItself,
      "the swap compares positives with negatives: it needs a batch without references")
    let sums: (loss: Double, active: Double, count: Double)
    if let choice = relations.choice {
      sums = Scalar.pairLossKernels.runTriplets(
        distances, relations.byLabels, isSimilarity: distance.isSimilarity, margin: margin, isSmooth: isSmooth,
        swaps: swap, choice: choice, gradient: &gradient)
    } else if let triplets = relations.listedTriplets() {
      sums = TripletPass(self).run(triplets, distances, gradient: &gradient)
    } else {
      // Tuples that were given are what the miner would have chosen.
      let gaps = relations.isByLabels ? interval ?? (-.infinity, .infinity) : (-.infinity, .infinity)
      sums = Scalar.pairLossKernels.runTriplets(
        distances, relations, isSimilarity: distance.isSimilarity, margin: margin, isSmooth: isSmooth, swaps: swap,
        gaps: gaps, gradient: &gradient)
    }
    return PairwiseValue(
      sums: sums.loss, active: sums.active, count: sums.count, reduction: reduction, margin: margin)
  }
}
