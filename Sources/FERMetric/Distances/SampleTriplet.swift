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
  ///   - points: `[N, D]`.
  ///   - labels: `[N]`.
  /// - Returns: Triplets in the order of their anchors.
  /// - Precondition: There are as many labels as points.
  /// - Complexity: O(N²·D) time, O(N) memory.
  /// - SeeAlso: A. Hermans, L. Beyer and B. Leibe, *In defense of the triplet loss for person re-identification*, 2017.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func hardest<Scalar: TensorScalar>(
    among points: MatrixView<Scalar>, labels: [Int]
  ) -> [SampleTriplet] {
    let (count, dimension) = (points.rows, points.columns)
    precondition(labels.count == count, "\(labels.count) labels do not fit \(count) points")
    var positives = [Int](repeating: -1, count: count)
    var negatives = positives
    var farthest = [Scalar](repeating: 0, count: count)
    var nearest = farthest
    var scratch = Tensor<Scalar>(uninitialized: [count])
    var places = scratch.mutableSpan
    // Each pair is measured once. Partners of a sample come in ascending order, first the lower ones, as second of a
    // pair, then the higher ones.
    for i in 0..<max(0, count - 1) {
      let others = MatrixView(
        points.elements.extracting((i + 1) * dimension..<count * dimension), rows: count - i - 1, columns: dimension)
      var distances = places._mutatingExtracting(0..<count - i - 1)
      Scalar.metricKernels.centerDistances(of: points[row: i], centers: others, weights: nil, into: &distances)
      for k in i + 1..<count {
        let distance = distances[k - i - 1]
        if labels[i] == labels[k] {
          if positives[i] < 0 || distance > farthest[i] { (positives[i], farthest[i]) = (k, distance) }
          if positives[k] < 0 || distance > farthest[k] { (positives[k], farthest[k]) = (i, distance) }
        } else {
          if negatives[i] < 0 || distance < nearest[i] { (negatives[i], nearest[i]) = (k, distance) }
          if negatives[k] < 0 || distance < nearest[k] { (negatives[k], nearest[k]) = (i, distance) }
        }
      }
    }
    return (0..<count).compactMap { i in
      guard positives[i] >= 0 && negatives[i] >= 0 else { return nil }
      return SampleTriplet(anchor: i, positive: positives[i], negative: negatives[i])
    }
  }
}
