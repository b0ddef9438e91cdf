/// How the losses of a batch's terms (pairs, triplets or anchors: each loss names its own) become one number.
public enum LossReduction: String, Sendable, Hashable, Codable, CaseIterable {
  /// The mean over all terms.
  case mean
  /// The sum.
  case sum
  /// The mean over the terms whose loss is positive; 0 where there is none. The number of terms is a constant for the
  /// gradient.
  case meanOfPositive

  /// What sums are multiplied by.
  func factor(count: Double, active: Double) -> Double {
    switch self {
    case .sum: 1
    case .mean: count > 0 ? 1 / count : 0
    case .meanOfPositive: active > 0 ? 1 / active : 0
    }
  }
}
