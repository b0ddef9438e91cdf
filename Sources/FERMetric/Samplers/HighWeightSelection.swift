/// Chooses the samples of high attention weight, among which harder triplets are formed.
///
/// - SeeAlso: Gou et al., 2023: samples above a threshold form new triplets; Docs/Method.md.
public enum HighWeightSelection: Sendable, Hashable, Codable {
  /// Every sample whose weight is at least the threshold.
  case threshold(Double)
  /// The ⌊ratio·B⌋ samples of largest weight; ties go to the lower index.
  case topRatio(Double)

  /// The indices of the samples chosen, ascending.
  ///
  /// - Parameter weights: `[B]`. A weight that is not a number is never chosen.
  /// - Complexity: O(B log B).
  public func indices<Scalar: TensorScalar>(of weights: Span<Scalar>) -> [Int] {
    let candidates = (0..<weights.count).filter { !weights[$0].isNaN }
    switch self {
    case .threshold(let threshold):
      return candidates.filter { weights[$0] >= Scalar(threshold) }
    case .topRatio(let ratio):
      precondition(ratio >= 0 && ratio <= 1, "a ratio has to lie in 0...1, not \(ratio)")
      let order = candidates.sorted { (weights[$0], $1) > (weights[$1], $0) }
      return order.prefix(Int((ratio * Double(weights.count)).rounded(.down))).sorted()
    }
  }
}
