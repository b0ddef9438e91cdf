/// Chooses positive pairs farther than one margin and negative pairs nearer than another.
///
/// For similarities farther means smaller.
///
/// - SeeAlso: Defaults of pytorch-metric-learning.
public struct PairMarginMiner<Scalar: TensorScalar>: TupleMiner, Hashable, Codable {
  /// Positive pairs beyond this are chosen.
  public let positiveMargin: Double
  /// Negative pairs within this are chosen.
  public let negativeMargin: Double
  /// What is measured between embeddings.
  public let distance: PairwiseDistance<Scalar>

  /// Creates the miner.
  ///
  /// - Precondition: Margins are finite.
  public init(
    positiveMargin: Double = 0.2, negativeMargin: Double = 0.8, distance: PairwiseDistance<Scalar> = .lp()
  ) {
    precondition(positiveMargin.isFinite, "the positive margin has to be a number, not \(positiveMargin)")
    precondition(negativeMargin.isFinite, "the negative margin has to be a number, not \(negativeMargin)")
    self.positiveMargin = positiveMargin
    self.negativeMargin = negativeMargin
    self.distance = distance
  }

  /// The pairs, row after row.
  ///
  /// - Complexity: O(B·N).
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func mine(_ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>) -> IndexTuples {
    let sign: Scalar = distance.isSimilarity ? -1 : 1
    let (near, far) = (sign * Scalar(positiveMargin), sign * Scalar(negativeMargin))
    var (positives, negatives): ([IndexPair], [IndexPair]) = ([], [])
    for i in 0..<relations.rows {
      for j in 0..<relations.columns {
        let t = sign * distances[i, j]
        if relations.isPositive(i, j) {
          if t > near { positives.append(IndexPair(i, j)) }
        } else if relations.isNegative(i, j) && t < far {
          negatives.append(IndexPair(i, j))
        }
      }
    }
    return .pairs(positives: positives, negatives: negatives)
  }
}

extension TupleMiner {
  /// Positive pairs beyond a margin, negative pairs within another.
  public static func pairMargin<S: TensorScalar>(
    positiveMargin: Double = 0.2, negativeMargin: Double = 0.8, distance: PairwiseDistance<S> = .lp()
  ) -> Self where Self == PairMarginMiner<S> {
    PairMarginMiner(positiveMargin: positiveMargin, negativeMargin: negativeMargin, distance: distance)
  }
}
