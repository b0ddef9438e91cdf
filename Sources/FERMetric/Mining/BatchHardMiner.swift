/// Chooses for each anchor its farthest positive and its nearest negative; the first of equals.
///
/// An anchor without positives or without negatives is in no triplet.
///
/// - SeeAlso: A. Hermans, L. Beyer and B. Leibe, *In Defense of the Triplet Loss for Person Re-Identification*, 2017.
public struct BatchHardMiner<Scalar: TensorScalar>: TupleMiner, Hashable, Codable {
  /// What is measured between embeddings.
  public let distance: PairwiseDistance<Scalar>

  /// Creates the miner.
  public init(distance: PairwiseDistance<Scalar> = .lp()) {
    self.distance = distance
  }

  /// At most one triplet for each anchor.
  ///
  /// - Complexity: O(B·N).
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func mine(_ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>) -> IndexTuples {
    let sign: Scalar = distance.isSimilarity ? -1 : 1
    var triplets: [SampleTriplet] = []
    for i in 0..<relations.rows {
      var (positive, negative): (Int?, Int?)
      for j in 0..<relations.columns {
        let t = sign * distances[i, j]
        if relations.isPositive(i, j) {
          if positive.map({ t > sign * distances[i, $0] }) ?? true { positive = j }
        } else if relations.isNegative(i, j) {
          if negative.map({ t < sign * distances[i, $0] }) ?? true { negative = j }
        }
      }
      if let positive, let negative {
        triplets.append(SampleTriplet(anchor: i, positive: positive, negative: negative))
      }
    }
    return .triplets(triplets)
  }
}

extension TupleMiner {
  /// The farthest positive and the nearest negative of each anchor.
  public static func batchHard<S: TensorScalar>(distance: PairwiseDistance<S> = .lp()) -> Self
  where Self == BatchHardMiner<S> {
    BatchHardMiner(distance: distance)
  }
}
