/// What a recognizer says of one picture.
public struct Prediction: Sendable, Hashable {
  /// The most probable class, the first among equals.
  public let label: Int
  /// The names of all classes.
  public let classNames: [String]
  /// The probability of each class; they sum to 1.
  public let probabilities: [Float]

  /// The name of the most probable class.
  public var className: String { classNames[label] }

  /// The probability of the most probable class.
  public var probability: Float { probabilities[label] }

  /// The probability of a class by its name; nil if there is no such class.
  public subscript(className: String) -> Float? {
    classNames.firstIndex(of: className).map { probabilities[$0] }
  }
}
