/// When a ``CollapseWatch`` looks, and where it draws its lines.
///
/// The defaults lie far from what healthy trainings show; Docs/CollapseWatch.md says how far.
public struct CollapseThresholds: Sendable, Hashable, Codable {
  /// Embeddings, inclusion weights and centers are looked at every so many batches.
  public var interval = 10
  /// The spectrum of the embeddings is computed every so many of these looks.
  public var looksPerSpectrum = 2
  /// Looks in a row that have to agree before what develops slowly is called a collapse.
  public var patience = 3
  /// Inclusion weights have vanished below this share of their first mean.
  public var inclusionShare = 0.25
  /// Centers are equal when they spread less than this share of the embeddings' scale.
  public var centerShare = 1e-4
  /// A classification loss has exploded above this multiple of the least of its first values.
  public var lossGrowth = 3.0
  /// A metric loss has exploded above this multiple: while embeddings spread it may rise.
  public var metricGrowth = 10.0
  /// A loss counts as at least this large at first, and a metric loss as at least its margin: a loss that began near
  /// zero may rise.
  public var lossFloor = 0.5
  /// Embeddings have exploded above this multiple of their first scale.
  public var embeddingGrowth = 30.0
  /// Embeddings are equal when they deviate less than this share of their scale.
  public var embeddingShare = 1e-3
  /// Distances have vanished below this share of the margin.
  public var distanceShare = 1e-4
  /// The mean distances of triplets are equal below this share of the margin.
  public var tripletGap = 0.1
  /// Looks in a row in which they have to be, with all triplets active: a training may pass through such a state.
  public var tripletPatience = 10
  /// Embeddings of three or more classes need a larger effective rank.
  public var effectiveRank = 1.1
  /// A class is absent after so many batches without an example.
  public var absence = 500

  /// Creates the default lines.
  public init() {}
}
