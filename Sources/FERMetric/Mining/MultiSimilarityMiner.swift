/// Chooses positives less similar than the hardest negative, and negatives more similar than the hardest positive, each
/// with some tolerance.
///
/// For similarities s and anchor i,
///
///     j ∈ P(i) if sᵢⱼ − ε < max over N(i) of s ,   j ∈ N(i) if sᵢⱼ + ε > min over P(i) of s
///
/// For distances every order is reversed. An anchor without positives or without negatives is in no pair.
///
/// - SeeAlso: X. Wang et al., *Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning*, CVPR 2019.
public struct MultiSimilarityMiner<Scalar: TensorScalar>: TupleMiner, Hashable, Codable {
  /// ε
  public let epsilon: Double
  /// What is measured between embeddings.
  public let distance: PairwiseDistance<Scalar>

  /// Creates the miner.
  ///
  /// - Precondition: ε is finite.
  public init(epsilon: Double = 0.1, distance: PairwiseDistance<Scalar> = .cosine) {
    precondition(epsilon.isFinite, "ε has to be a number, not \(epsilon)")
    self.epsilon = epsilon
    self.distance = distance
  }

  /// The pairs, row after row.
  ///
  /// - Complexity: O(B·N).
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func mine(_ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>) -> IndexTuples {
    let sign: Scalar = distance.isSimilarity ? -1 : 1
    let tolerance = Scalar(epsilon)
    var (positives, negatives): ([IndexPair], [IndexPair]) = ([], [])
    for i in 0..<relations.rows {
      var (farthest, nearest): (Scalar?, Scalar?)
      for j in 0..<relations.columns {
        let t = sign * distances[i, j]
        if relations.isPositive(i, j) {
          farthest = farthest.map { max($0, t) } ?? t
        } else if relations.isNegative(i, j) {
          nearest = nearest.map { min($0, t) } ?? t
        }
      }
      guard let farthest, let nearest else { continue }
      for j in 0..<relations.columns {
        let t = sign * distances[i, j]
        if relations.isPositive(i, j) {
          if t + tolerance > nearest { positives.append(IndexPair(i, j)) }
        } else if relations.isNegative(i, j) && t - tolerance < farthest {
          negatives.append(IndexPair(i, j))
        }
      }
    }
    return .pairs(positives: positives, negatives: negatives)
  }
}

extension TupleMiner {
  /// Pairs that are hard beside the anchor's hardest of the other kind.
  public static func multiSimilarity<S: TensorScalar>(
    epsilon: Double = 0.1, distance: PairwiseDistance<S> = .cosine
  ) -> Self where Self == MultiSimilarityMiner<S> {
    MultiSimilarityMiner(epsilon: epsilon, distance: distance)
  }
}
