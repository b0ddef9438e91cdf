/// What keeps a folder from being a data set: where, why, and what to do about it.
///
/// Every error prints as one line that begins with the path, followed by the line number where a list is at fault:
///
///     RAF-DB/EmoLabel/list_patition_label.txt:17: label 8 is not in 1...7; correct the label of train_00017.jpg
public struct DatasetError: Error, Hashable, Sendable {
  /// What went wrong, for callers that act on it; `fer` derives its exit status from it.
  @nonexhaustive
  public enum Kind: String, Hashable, Sendable {
    /// A folder is absent, or is not a folder.
    case missingFolder
    /// The list that names pictures and labels is absent.
    case missingList
    /// The list names pictures that are not there.
    case missingPictures
    /// A file or folder is there and cannot be read.
    case unreadable
    /// A line of a list does not have the form of its format.
    case malformedRow
    /// A label is outside the classes of the data set.
    case labelOutOfRange
    /// A list names one picture twice.
    case listedTwice
    /// A split that is needed has no picture.
    case emptySplit
    /// A class has no picture to learn from.
    case emptyClass
    /// The name of a file does not tell the person, or the layout has no such names.
    case missingIdentity
    /// A folder has none of the known layouts, or not the expected one.
    case unknownLayout
    /// A draw asks for more classes or pictures than it can give.
    case impossibleDraw
  }

  /// What went wrong.
  public var kind: Kind

  /// The file or folder at fault; the data set's name where there is no file.
  public var path: String

  /// The line of `path`, counted from 1, if one is at fault.
  public var line: Int?

  /// What is wrong, as a clause without a full stop.
  public var reason: String

  /// What to do, as a clause without a full stop.
  public var remedy: String

  /// Creates an error; a data source of your own throws it to be reported like the built-in ones.
  public init(_ kind: Kind, path: String, line: Int? = nil, reason: String, remedy: String) {
    self.kind = kind
    self.path = path
    self.line = line
    self.reason = reason
    self.remedy = remedy
  }
}

extension DatasetError: CustomStringConvertible {
  /// One line: path, line, reason, remedy.
  public var description: String {
    let place = line.map { "\(path):\($0)" } ?? path
    return "\(place.printable): \(reason); \(remedy)"
  }
}
