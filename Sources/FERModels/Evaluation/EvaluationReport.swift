/// An evaluation's figures as plain data: what `fer evaluate --json` prints.
public struct EvaluationReport: Codable, Sendable, Equatable {
  /// The share of pictures that were recognised.
  public var accuracy: Double
  /// The mean recall of the classes.
  public var meanClassAccuracy: Double
  /// The mean F1 of the classes.
  public var macroF1: Double
  /// The names of the classes.
  public var classes: [String]
  /// The recall of each class; nil for a class without pictures.
  public var recall: [Double?]
  /// `confusion[i][j]` pictures of label i were predicted as j.
  public var confusion: [[Int]]
  /// The number of pictures.
  public var count: Int
  /// Which weights were judged.
  public var weights: String
  /// Which split they were judged on.
  public var split: String
  /// The mean squared distance of an embedding from the mean of its class.
  public var intraClassVariance: Double
  /// The smallest distance between the means of two classes.
  public var smallestCenterDistance: Double?
  /// √(intra-class variance) over the smallest distance.
  public var compactness: Double?

  /// Collects the figures of an evaluation.
  public init(_ evaluation: Evaluation, weights: String) {
    let confusion = evaluation.confusion
    accuracy = confusion.accuracy
    meanClassAccuracy = confusion.meanClassAccuracy
    macroF1 = confusion.macroF1
    classes = evaluation.classNames
    recall = confusion.recalls
    self.confusion = confusion.rows
    count = confusion.count
    self.weights = weights
    split = evaluation.split.rawValue
    intraClassVariance = evaluation.geometry.intraClassVariance
    smallestCenterDistance = evaluation.geometry.smallestCenterDistance
    compactness = evaluation.geometry.compactness
  }
}
