/// What keeps a picture from being recognised or a data set from being judged.
@nonexhaustive
public enum RecognitionError: Error, Sendable, Equatable {
  /// There are not 3 levels for each pixel.
  case pixelCount(Int, width: Int, height: Int)
  /// The model was trained on other classes than the data set has.
  case classesDiffer(dataset: String, expected: [String], found: [String])
  /// The file does not say what its model recognises.
  case notAModel(path: String, reason: String)
}

extension RecognitionError: CustomStringConvertible {
  /// One line: what is wrong, and the way out.
  public var description: String {
    switch self {
    case .pixelCount(let count, let width, let height):
      "a picture of \(width) x \(height) pixels has \(3 * width * height) levels of red, green and blue, not \(count)"
    case .classesDiffer(let dataset, let expected, let found):
      "\(dataset): the classes are \(found.joined(separator: ", ")), but the model knows"
        + " \(expected.joined(separator: ", ")); evaluate it on data with its own classes, in its own order"
    case .notAModel(let path, let reason):
      "\(path): \(reason); give the folder of a run, or weights that fer train wrote"
    }
  }
}
