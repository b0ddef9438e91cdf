/// The rank regularisation of Self-Cure Network: the mean of high weights has to exceed that of low ones by a margin.
///
///     R = max(0, m − (mean of the ⌊βN⌋ largest α − mean of the others)) ;   0 if either group is empty
struct RankPenalty<Scalar: TensorScalar> {
  let value: Scalar
  private let high, low: [Int]

  /// Ranks weights; the lower index goes first among equals.
  ///
  /// - Complexity: O(N log N).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(_ weights: [Scalar], margin: Double, share: Double) {
    let order = weights.indices.sorted { i, j in
      weights[i] > weights[j] || (weights[i] == weights[j] && i < j)
    }
    let count = Int((share * Double(weights.count)).rounded(.down))
    (high, low) = (Array(order.prefix(count)), Array(order.dropFirst(count)))
    guard !high.isEmpty && !low.isEmpty else {
      value = 0
      return
    }
    func mean(_ places: [Int]) -> Double { places.reduce(0) { $0 + Double(weights[$1]) } / Double(places.count) }
    value = Scalar(max(0, margin - (mean(high) - mean(low))))
  }

  /// Adds `scale` × gradient: −1/|high| and 1/|low| while the penalty is positive.
  func accumulate(_ scale: Scalar, into gradient: inout [Scalar]) {
    guard value > 0 else { return }
    for i in high { gradient[i] -= scale / Scalar(high.count) }
    for i in low { gradient[i] += scale / Scalar(low.count) }
  }
}
