/// How the margins of pairs of classes adapt: m ← m + ρ·(η − A), within bounds.
public struct ClassPairMarginRule: Sendable, Hashable, Codable {
  /// ρ; 0 keeps the margins as they are.
  public var rate = 0.01
  /// η: the share of active triplets toward which margins are led.
  public var activeShare = 0.5
  /// The least and the largest margin.
  public var bounds = 0.05...1.0
  /// Whether the margin depends on which of the two classes is the anchor's.
  public var isOrdered = false

  /// Creates the default rule.
  public init(
    rate: Double = 0.01, activeShare: Double = 0.5, bounds: ClosedRange<Double> = 0.05...1, isOrdered: Bool = false
  ) {
    self.rate = rate
    self.activeShare = activeShare
    self.bounds = bounds
    self.isOrdered = isOrdered
  }

  /// The margins after one step.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func adapt<Scalar: TensorScalar>(
    _ margins: ClassPairTable<Scalar>, _ list: TripletList, labels: Span<Int>, distances: MatrixView<Scalar>
  ) -> ClassPairTable<Scalar> {
    guard rate > 0 else { return margins }
    var (active, count) = (
      ClassPairTable<Double>(classes: margins.classes), ClassPairTable<Double>(classes: margins.classes)
    )
    for t in 0..<list.count {
      let (a, p, n) = (Int(list.anchors[t]), Int(list.positives[t]), Int(list.negatives[t]))
      var (k, l) = (labels[a], labels[n])
      let isActive = distances[a, p] - distances[a, n] + margins[k, l] > 0
      if !isOrdered && k > l { swap(&k, &l) }
      active[k, l] += isActive ? 1 : 0
      count[k, l] += 1
    }
    var result = margins
    for k in 0..<margins.classes {
      for l in 0..<margins.classes where count[k, l] > 0 {
        let moved = Double(margins[k, l]) + rate * (activeShare - active[k, l] / count[k, l])
        result[k, l] = Scalar(min(max(moved, bounds.lowerBound), bounds.upperBound))
        if !isOrdered { result[l, k] = result[k, l] }
      }
    }
    return result
  }
}
