public import FERMetric

/// What a training reports while it runs. Events arrive on the training's own thread, in order.
@nonexhaustive
public enum TrainingEvent: Sendable {
  /// The data set is read and the model is made or restored.
  case began(TrainingSummary)
  /// Something worth knowing, in a sentence: names in a weight file that were passed over, for instance.
  case note(String)
  /// The training shows signs of a collapse, reported once for each cause; it goes on. Docs/CollapseWatch.md.
  case warning(CollapseWarning)
  /// A step is done.
  case step(TrainingProgress)
  /// An epoch and its evaluation are done.
  case epoch(EpochMetrics, isBest: Bool)
  /// The whole state was written to this file.
  case saved(path: String)
}

/// How much a training is going to do.
public struct TrainingSummary: Sendable, Equatable {
  /// The data set's name.
  public var dataset: String
  /// Pictures to train on.
  public var trainingCount: Int
  /// Pictures that the model is chosen by; 0 without a validation split.
  public var validationCount: Int
  /// The number of numbers that are learned, centers left out.
  public var parameterCount: Int
  /// The number of steps of an epoch.
  public var stepsPerEpoch: Int
  /// The number of epochs.
  public var epochs: Int
  /// Steps that were done before this training was interrupted; 0 for a new one.
  public var stepsDone: Int
  /// The name of the backend.
  public var backend: String
}

/// How far a training is.
public struct TrainingProgress: Sendable, Equatable {
  /// The epoch, counted from 1.
  public var epoch: Int
  /// The number of epochs.
  public var epochs: Int
  /// Steps done in this epoch.
  public var step: Int
  /// Steps of an epoch.
  public var stepsPerEpoch: Int
  /// The learning rate.
  public var rate: Double
  /// The mean objective of this epoch so far.
  public var loss: Double
  /// The share of this epoch's training pictures recognised so far.
  public var accuracy: Double
  /// Pictures trained per second.
  public var picturesPerSecond: Double
  /// The time that is left, in seconds.
  public var secondsLeft: Double
}
