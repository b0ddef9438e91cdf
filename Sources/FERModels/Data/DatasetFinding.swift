/// One thing that ``DatasetVerifier`` found in a data set.
public struct DatasetFinding: Hashable, Codable, Sendable {
  /// How bad a finding is.
  public enum Severity: String, Codable, Comparable, Sendable {
    /// Worth a look; the data set can be used.
    case warning
    /// The data set cannot be used as it is, or would be used wrongly.
    case error

    /// An error is worse than a warning.
    public static func < (left: Severity, right: Severity) -> Bool { left == .warning && right == .error }
  }

  /// What was found.
  @nonexhaustive
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// A line does not have the form of its list.
    case malformedRow
    /// A label is outside the classes.
    case labelOutOfRange
    /// A list names a picture that is not there.
    case missingFile
    /// A list names a picture again.
    case listedTwice
    /// A file stands among the pictures and is not used.
    case unlistedFile
    /// The same picture stands in two splits.
    case duplicateAcrossSplits
    /// A file has no bytes.
    case emptyFile
    /// A file cannot be opened.
    case unreadableFile
    /// The contents are of no known picture format.
    case notAPicture
    /// A picture is cut short or damaged inside.
    case damagedPicture
    /// The contents are of another format than the name says, or of one that is not read.
    case wrongFormat
    /// A picture has another size than nearly all others.
    case oddSize
    /// A picture has one color everywhere.
    case uniformPicture
    /// A class has no picture in a split.
    case emptyClass
    /// A split has no picture.
    case emptySplit
    /// Lines end in carriage return and line feed.
    case carriageReturns
    /// A list begins with a byte-order mark.
    case byteOrderMark
    /// The votes for a picture do not add up.
    case badVoteSum
    /// The name of a file does not tell the person.
    case missingIdentity
    /// A person's pictures stand in two splits.
    case personAcrossSplits
  }

  /// What was found.
  public var kind: Kind
  /// How bad it is.
  public var severity: Severity
  /// The file or folder at fault.
  public var path: String
  /// The line of `path`, counted from 1, if one is at fault.
  public var line: Int?
  /// What is wrong, as a clause without a full stop.
  public var message: String

  /// Creates a finding.
  public init(_ kind: Kind, _ severity: Severity, path: String, line: Int? = nil, message: String) {
    self.kind = kind
    self.severity = severity
    self.path = path
    self.line = line
    self.message = message
  }
}

extension DatasetFinding: Comparable {
  /// The order of reports: by the bytes of the path, then line, kind and message.
  public static func < (left: DatasetFinding, right: DatasetFinding) -> Bool {
    if left.path != right.path { return left.path.precedesByBytes(right.path) }
    if left.line != right.line { return (left.line ?? 0) < (right.line ?? 0) }
    if left.kind != right.kind { return left.kind.rawValue.precedesByBytes(right.kind.rawValue) }
    return left.message.precedesByBytes(right.message)
  }
}

extension DatasetFinding: CustomStringConvertible {
  /// One line: `error: path:line: message [kind]`.
  public var description: String {
    let place = line.map { "\(path):\($0)" } ?? path
    return "\(severity.rawValue): \(place.printable): \(message) [\(kind.rawValue)]"
  }
}
