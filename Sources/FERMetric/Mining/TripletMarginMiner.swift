/// Chooses triplets by their gap d(a, n) − d(a, p).
///
/// | Kind | Gap |
/// |---|---|
/// | all | at most m: the triplets that violate the margin |
/// | hard | at most m and at most 0: the negative is no farther than the positive |
/// | semihard | above 0 and at most m |
/// | easy | above m |
///
/// For similarities the gap is s(a, p) − s(a, n).
///
/// No loss makes a list of the triplets: ``TripletMarginLoss`` tests gaps in passing, and losses over pairs count how often
/// each pair is in a triplet. The list of ``mine(_:_:)`` can hold up to B·N²/4 triplets, 24 bytes each.
///
/// - SeeAlso: F. Schroff et al., *FaceNet*, CVPR 2015; defaults of pytorch-metric-learning.
public struct TripletMarginMiner<Scalar: TensorScalar>: TupleMiner, Hashable, Codable {
  /// Which triplets.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case all, hard, semihard, easy
  }

  /// m
  public let margin: Double
  /// Which triplets.
  public let kind: Kind
  /// What is measured between embeddings.
  public let distance: PairwiseDistance<Scalar>

  /// Creates the miner.
  ///
  /// - Precondition: The margin is finite.
  public init(margin: Double = 0.2, _ kind: Kind = .all, distance: PairwiseDistance<Scalar> = .lp()) {
    precondition(margin.isFinite, "the margin has to be a number, not \(margin)")
    self.margin = margin
    self.kind = kind
    self.distance = distance
  }

  /// The gaps of the triplets chosen: above the first, up to the second.
  var gaps: (above: Double, upTo: Double) {
    switch kind {
    case .all: (-.infinity, margin)
    case .hard: (-.infinity, min(margin, 0))
    case .semihard: (0, margin)
    case .easy: (margin, .infinity)
    }
  }

  /// The triplets, by anchor, positive and negative.
  ///
  /// - Complexity: O(T) for all T triplets, up to B·N²/4.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func mine(_ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>) -> IndexTuples {
    let sign: Scalar = distance.isSimilarity ? -1 : 1
    let (low, high) = (Scalar(gaps.above), Scalar(gaps.upTo))
    var triplets: [SampleTriplet] = []
    for i in 0..<relations.rows {
      let negatives = (0..<relations.columns).filter { relations.isNegative(i, $0) }
      guard !negatives.isEmpty else { continue }
      for p in 0..<relations.columns where relations.isPositive(i, p) {
        let near = sign * distances[i, p]
        for n in negatives {
          let gap = sign * distances[i, n] - near
          if gap > low && gap <= high { triplets.append(SampleTriplet(anchor: i, positive: p, negative: n)) }
        }
      }
    }
    return .triplets(triplets)
  }
}

extension TupleMiner {
  /// Triplets by their gap.
  public static func tripletMargin<S: TensorScalar>(
    margin: Double = 0.2, _ kind: TripletMarginMiner<S>.Kind = .all, distance: PairwiseDistance<S> = .lp()
  ) -> Self where Self == TripletMarginMiner<S> {
    TripletMarginMiner(margin: margin, kind, distance: distance)
  }
}
