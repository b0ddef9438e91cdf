public import FERMetric

/// What a training leaves behind.
public struct TrainingResult: Sendable {
  /// The model as it is at the end.
  public var model: ExpressionModel<Float>
  /// The figures of all epochs that are done.
  public var epochs: [EpochMetrics]
  /// The best epoch on the validation split, counted from 1; the last one without a validation split, nil before the end
  /// of the first.
  public var bestEpoch: Int?
  /// Whether all epochs are done; false after a stop.
  public var isComplete: Bool
  /// Wall time of this training since it began or was resumed.
  public var seconds: Double
}
