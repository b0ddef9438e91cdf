/// How the triplet losses measure: in which space embeddings are seen, and by which distance.
public struct TripletDistance: Sendable, Hashable, Codable {
  /// What happens to each embedding before distances are taken.
  public enum Space: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing.
    case raw
    /// It is divided by its length; one of length 10⁻¹² or less has no direction, and gets no gradient.
    case normalized
    /// Each coordinate goes through the logistic function.
    case squashed
  }

  /// The distance of two embeddings, taken from differences of coordinates.
  public enum Measure: String, Sendable, Hashable, Codable, CaseIterable {
    /// The squared Euclidean distance.
    case squared
    /// The Euclidean distance; no gradient between equal embeddings.
    case root
    /// Σⱼ (uⱼ − vⱼ)² / (|uⱼ| + |vⱼ|), where 0/0 counts as 0: ``PairwiseDistance/signedChiSquared(normalized:)``, the χ²
    /// distance of histograms.
    ///
    /// - SeeAlso: H. Sadeghi and A.-A. Raie, *HistNet: Histogram-based convolutional neural network with Chi-squared deep
    ///   metric learning for facial expression recognition*, Information Sciences 608, 2022. Their learned matrix in
    ///   front of the distance is the network's last layer here.
    case chiSquared
  }

  /// The space.
  public var space: Space
  /// The distance.
  public var measure: Measure

  /// Creates a distance.
  public init(_ measure: Measure, of space: Space = .raw) {
    self.measure = measure
    self.space = space
  }

  /// Squared distances of normalized embeddings, in 0…4.
  public static let faceNet = TripletDistance(.squared, of: .normalized)
}
