/// What keeps inclusion weights from collapsing (option A15).
public enum AttentionRegularizer: Sendable, Hashable, Codable {
  /// Nothing: right for the detached margin.
  case none
  /// The metric loss sees a·D/Σⱼaⱼ instead of a, so that every sample's weights have mean 1.
  case meanNormalized
  /// Adds η·(mean a − ρ)², with the mean over all weights of the batch. For the attached margin: η 0.1, ρ 0.5.
  case penalty(strength: Double, target: Double)
}
