/// Three samples of a batch by index: an anchor, one of its class, one of another.
public struct SampleTriplet: Sendable, Hashable {
  /// Index of the anchor, the sample of its class and the sample of another class.
  public var anchor, positive, negative: Int

  /// Creates a triplet.
  public init(anchor: Int, positive: Int, negative: Int) {
    self.anchor = anchor
    self.positive = positive
    self.negative = negative
  }
}

extension SampleTriplet {
  /// The hardest triplet of every anchor: with the farthest point of its class and the nearest point of another, by
  /// Euclidean distances; the lowest index among equals.
  ///
  /// Anchors without a second point of their class, or without a point of another, have none. Distances are sums of
  /// squared differences, so that equal points have the distance 0.
  ///
  /// - Parameters:
  ///   - points: `[N, D]`, finite.
  ///   - labels: `[N]`.
  /// - Returns: Triplets in the order of their anchors.
  /// - Precondition: There are as many labels as points.
  /// - Complexity: O(N²·D) time, N² numbers of memory.
  /// - SeeAlso: A. Hermans, L. Beyer and B. Leibe, *In defense of the triplet loss for person re-identification*, 2017.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func hardest<Scalar: TensorScalar>(
    among points: MatrixView<Scalar>, labels: [Int]
  ) -> [SampleTriplet] {
    precondition(labels.count == points.rows, "\(labels.count) labels do not fit \(points.rows) points")
    var table = Tensor<Scalar>(uninitialized: [points.rows, points.rows])
    Scalar.pairKernels.sums(.power(2), points, into: &table)
    return hardest(by: table.matrix, labels: labels)
  }

  /// The same by distances that are known, `[N, N]`, of which none is negative.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func hardest<Scalar: TensorScalar>(by distances: MatrixView<Scalar>, labels: [Int]) -> [SampleTriplet] {
    var known: [Int: Int32] = [:]
    let numbers = labels.map { label in
      let number = known[label] ?? Int32(known.count)
      known[label] = number
      return number
    }
    let kernels = Scalar.tripletKernels
    return labels.indices.compactMap { i in
      let classmates = ClassCandidates(numbers: numbers, own: numbers[i], isOther: false, except: i)
      let others = ClassCandidates(numbers: numbers, own: numbers[i], isOther: true)
      guard let positive = kernels.farthest(distances[row: i], classmates),
        let negative = kernels.nearest(distances[row: i], others)
      else { return nil }
      return SampleTriplet(anchor: i, positive: positive, negative: negative)
    }
  }

  /// The squares between anchors and positives, and between anchors and negatives, from a table of all pairs.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func squares<Scalar: TensorScalar>(
    of triplets: [SampleTriplet], in table: MatrixView<Scalar>
  ) -> (near: [Scalar], far: [Scalar]) {
    (triplets.map { table[$0.anchor, $0.positive] }, triplets.map { table[$0.anchor, $0.negative] })
  }
}
