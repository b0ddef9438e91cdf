/// What is wrong with a safetensors file: which file, which tensor, which byte, and what to do about it.
public struct SafetensorsError: Error, Sendable, Hashable {
  /// What is wrong.
  @nonexhaustive
  public enum Problem: Sendable, Hashable {
    /// The file cannot be opened or read, for the operating system's reason.
    case unreadable(reason: String)
    /// The file cannot be written, for the operating system's reason. Its former contents, if any, are intact.
    case unwritable(reason: String)
    /// The file is shorter than the eight bytes of its header's length.
    case noHeader(size: Int)
    /// The header claims to be longer than the file, or than the 100 MB that the format allows.
    case headerTooLong(length: UInt64, available: Int)
    /// The header is not the JSON that the format prescribes.
    case malformedHeader(reason: String)
    /// Two tensors or two entries of the metadata have the same name.
    case duplicateName
    /// The element type is not one of F32, F64, F16, BF16 and I64.
    case unsupportedType(String)
    /// A tensor ends before it begins, or begins elsewhere than where the one before it ends.
    case misplaced(begin: Int, end: Int, expectedBegin: Int)
    /// A tensor's shape and type need another number of bytes than its offsets span.
    case sizeMismatch(expected: Int, found: Int)
    /// The tensors end before or behind the end of the file.
    case wrongLength(expected: Int, found: Int)
    /// There is no tensor of this name.
    case missing
    /// The tensor holds elements of another kind than was asked for.
    case wrongType(expected: String, found: SafetensorsType)
    /// Among the weights are numbers that are infinite or NaN.
    case notFinite
  }

  /// The path of the file.
  public let path: String
  /// The name of the tensor, if one is concerned.
  public let tensor: String?
  /// The byte of the file at which the problem shows, if there is one.
  public let offset: Int?
  /// What is wrong.
  public let problem: Problem

  /// Creates an error.
  public init(path: String, tensor: String? = nil, offset: Int? = nil, problem: Problem) {
    self.path = path
    self.tensor = tensor
    self.offset = offset
    self.problem = problem
  }
}

extension SafetensorsError: CustomStringConvertible {
  /// One line with path, tensor, byte, problem and way out.
  public var description: String {
    var place = path
    if let tensor { place += ": tensor \"\(tensor)\"" }
    if let offset { place += ": byte \(offset)" }
    return place + ": " + problem.description
  }
}

extension SafetensorsError.Problem: CustomStringConvertible {
  /// What is wrong and what to do about it.
  public var description: String {
    switch self {
    case .unreadable(let reason):
      "cannot be read: \(reason)"
    case .unwritable(let reason):
      "cannot be written: \(reason)"
    case .noHeader(let size):
      "a safetensors file begins with 8 bytes of length, but this one has \(size); download or export it again"
    case .headerTooLong(let length, let available):
      "the header claims \(length) bytes where \(available) are possible; "
        + "the file is cut short or is no safetensors file: download or export it again"
    case .malformedHeader(let reason):
      "the header is not valid: \(reason); export the file again with a safetensors library"
    case .duplicateName:
      "the name occurs twice; export the file again with one tensor per name"
    case .unsupportedType(let type):
      "element type \(type) is not supported; export as F32, F64, F16, BF16 or I64"
    case .misplaced(let begin, let end, let expectedBegin):
      "the data offsets \(begin)..<\(end) do not continue at \(expectedBegin) where the tensor before ends; "
        + "export the file again"
    case .sizeMismatch(let expected, let found):
      "shape and type need \(expected) bytes, but the data offsets span \(found); export the file again"
    case .wrongLength(let expected, let found):
      "the tensors need a file of \(expected) bytes, but it has \(found); download or export it again"
    case .missing:
      "there is no such tensor; check that the file belongs to this model"
    case .wrongType(let expected, let found):
      "\(expected) were expected, but the elements are \(found.rawValue)"
    case .notFinite:
      "there are infinite numbers or NaN among the weights; take weights of a training that went well"
    }
  }
}
