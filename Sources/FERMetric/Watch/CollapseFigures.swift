/// What a ``CollapseWatch`` measured last; a figure that does not exist, or was not due yet, is nil.
public struct CollapseFigures: Sendable, Hashable, Codable {
  /// Batches observed.
  public internal(set) var step = 0
  /// The mean of the inclusion weights.
  public internal(set) var meanInclusion: Double?
  /// The root of the mean square of the embeddings' coordinates.
  public internal(set) var embeddingScale: Double?
  /// The root of the mean variance of the embeddings' coordinates.
  public internal(set) var embeddingDeviation: Double?
  /// The effective rank of the embeddings, see ``EmbeddingSpectrum``.
  public internal(set) var effectiveRank: Double?
  /// The root of the mean variance of the centers' coordinates over the classes.
  public internal(set) var centerSpread: Double?
  /// The metric loss, smoothed.
  public internal(set) var metricLoss: Double?
  /// The classification loss, smoothed.
  public internal(set) var classificationLoss: Double?
  /// The sum of the two mean distances as a share of the mean margin.
  public internal(set) var distanceShare: Double?
  /// The difference of the two mean distances of triplets as a share of the mean margin.
  public internal(set) var tripletGap: Double?

  /// Creates figures without any.
  public init() {}
}
