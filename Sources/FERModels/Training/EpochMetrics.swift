/// The figures of one epoch: a line of `metrics.jsonl`.
public struct EpochMetrics: Codable, Equatable, Sendable {
  /// Figures of the training pictures as they were met, with augmentation, while the model changed.
  public struct Training: Codable, Equatable, Sendable {
    /// The mean of the objective: cross-entropy plus the weighted metric loss.
    public var loss: Double
    /// The mean cross-entropy.
    public var crossEntropy: Double
    /// The mean of the metric loss before its weight; nil without one.
    public var metricLoss: Double?
    /// The share of pictures that were recognised.
    public var accuracy: Double
  }

  /// Figures of the validation split after the epoch.
  public struct Validation: Codable, Equatable, Sendable {
    /// The share of pictures that are recognised.
    public var accuracy: Double
    /// The mean recall of the classes.
    public var meanClassAccuracy: Double
  }

  /// What metric loss and sample attention did during the epoch; values that they do not have are nil.
  public struct Metric: Codable, Equatable, Sendable {
    /// The mean of all inclusion weights.
    public var inclusionMean: Double?
    /// The standard deviation of all inclusion weights.
    public var inclusionDeviation: Double?
    /// The mean of the samples' margins; nil for margins that depend on the choice of negatives.
    public var marginMean: Double?
    /// The standard deviation of the samples' margins.
    public var marginDeviation: Double?
    /// The mean of all sample weights.
    public var sampleWeightMean: Double?
    /// The standard deviation of all sample weights.
    public var sampleWeightDeviation: Double?
    /// The share of samples whose hinge was at rest, and which the loss hence did not move; nil without a metric loss.
    public var inactiveHinges: Double?
    /// Spearman's correlation of a sample's margin with its cross-entropy: positive where hard samples get large margins.
    public var marginCrossEntropyCorrelation: Double?
  }

  /// The epoch, counted from 1.
  public var epoch: Int
  /// The number of steps since the training began.
  public var step: Int
  /// The learning rate.
  public var rate: Double
  /// What the training pictures gave.
  public var training: Training
  /// Nil if the training has no validation split.
  public var validation: Validation?
  /// Nil for cross-entropy alone, without sample weights.
  public var metric: Metric?
  /// Wall time of the epoch with its evaluation; nil for an epoch in which the training was stopped and resumed.
  public var seconds: Double?
  /// Training pictures per second of training, evaluation left out; after a stop, of the rest of the epoch.
  public var picturesPerSecond: Double
}
