/// How often pictures of each class were predicted as each class, and the figures that follow from it.
///
/// Rows are labels, columns predictions, as in scikit-learn's `confusion_matrix`:
///
///     let confusion = ConfusionMatrix(labels: [0, 0, 1], predictions: [0, 1, 1], classCount: 2)
///     confusion.accuracy             // 2/3
///     confusion.meanClassAccuracy    // (1/2 + 1) / 2
///     confusion[label: 0, prediction: 1]  // 1
///
/// A figure that has no picture to stand on is NaN, or nil for a single class.
public struct ConfusionMatrix: Hashable, Sendable {
  /// The number of classes.
  public let classCount: Int

  private var counts: [Int]

  /// Creates a matrix of zeros.
  ///
  /// - Precondition: There is at least one class.
  public init(classCount: Int) {
    precondition(classCount > 0, "a confusion matrix needs at least one class, not \(classCount)")
    self.classCount = classCount
    counts = [Int](repeating: 0, count: classCount * classCount)
  }

  /// Counts pairs of a label and a prediction.
  ///
  /// - Precondition: Both have the same length, and all indices lie in `0..<classCount`.
  public init(labels: some Collection<Int>, predictions: some Collection<Int>, classCount: Int) {
    self.init(classCount: classCount)
    precondition(
      labels.count == predictions.count, "\(labels.count) labels do not pair with \(predictions.count) predictions")
    for (label, prediction) in zip(labels, predictions) { record(label: label, prediction: prediction) }
  }

  /// Counts one picture.
  ///
  /// - Precondition: Both indices lie in `0..<classCount`.
  public mutating func record(label: Int, prediction: Int) {
    counts[offset(label, prediction)] += 1
  }

  /// The number of pictures of class `label` that were predicted as class `prediction`.
  public subscript(label label: Int, prediction prediction: Int) -> Int { counts[offset(label, prediction)] }

  /// The counts, a row for each label.
  public var rows: [[Int]] {
    (0..<classCount).map { Array(counts[$0 * classCount..<($0 + 1) * classCount]) }
  }

  private func offset(_ label: Int, _ prediction: Int) -> Int {
    precondition(
      (0..<classCount).contains(label) && (0..<classCount).contains(prediction),
      "label \(label) and prediction \(prediction) are not both in 0..<\(classCount)")
    return label * classCount + prediction
  }
}

extension ConfusionMatrix {
  /// The number of pictures.
  public var count: Int { counts.reduce(0, +) }

  /// The number of pictures whose prediction is their label.
  public var correctCount: Int { (0..<classCount).reduce(0) { $0 + self[label: $1, prediction: $1] } }

  /// The number of pictures of a class.
  public func support(of label: Int) -> Int {
    (0..<classCount).reduce(0) { $0 + self[label: label, prediction: $1] }
  }

  /// The number of pictures predicted as a class.
  public func predictedCount(of prediction: Int) -> Int {
    (0..<classCount).reduce(0) { $0 + self[label: $1, prediction: prediction] }
  }

  /// The share of pictures whose prediction is their label.
  public var accuracy: Double { Double(correctCount) / Double(count) }

  /// The share of a class's pictures that were recognised; nil if the class has no picture.
  public func recall(of label: Int) -> Double? {
    let support = support(of: label)
    return support == 0 ? nil : Double(self[label: label, prediction: label]) / Double(support)
  }

  /// The share of predictions of a class that were right; nil if the class was never predicted.
  public func precision(of prediction: Int) -> Double? {
    let predicted = predictedCount(of: prediction)
    return predicted == 0 ? nil : Double(self[label: prediction, prediction: prediction]) / Double(predicted)
  }

  /// The harmonic mean of precision and recall, 2·TP / (2·TP + FP + FN); nil if the class neither occurs nor is predicted.
  public func f1(of label: Int) -> Double? {
    let total = support(of: label) + predictedCount(of: label)
    return total == 0 ? nil : 2 * Double(self[label: label, prediction: label]) / Double(total)
  }

  /// The recall of each class, nil for classes without a picture.
  public var recalls: [Double?] { (0..<classCount).map(recall(of:)) }

  /// The mean of the recalls of the classes that have pictures: scikit-learn's `balanced_accuracy_score`.
  public var meanClassAccuracy: Double { Self.mean(of: recalls) }

  /// The mean of the F1 values of the classes that occur or are predicted: scikit-learn's `f1_score(average="macro")`.
  public var macroF1: Double { Self.mean(of: (0..<classCount).map(f1(of:))) }

  private static func mean(of values: [Double?]) -> Double {
    let known = values.compactMap(\.self)
    return known.reduce(0, +) / Double(known.count)
  }
}
