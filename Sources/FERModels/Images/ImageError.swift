/// Why a picture could not be read or written; each case carries the path, and its description ends with the way out.
@nonexhaustive
public enum ImageError: Error, Sendable, Equatable {
  /// The operating system did not hand over the file.
  case unreadable(path: String, reason: String)
  /// The file has no bytes.
  case empty(path: String)
  /// The file begins like no known format.
  case unrecognized(path: String, firstBytes: [UInt8])
  /// The file holds something else than a JPEG or PNG, whatever its name says.
  case unsupportedFormat(path: String, format: ImageFormat)
  /// The file is cut short or damaged.
  case damaged(path: String, format: ImageFormat, reason: String)
  /// The header announces more pixels than the limit; nothing was allocated.
  case tooLarge(path: String, width: Int, height: Int, maximumPixelCount: Int)
  /// The encoder refused the picture.
  case notEncodable(format: ImageFormat, reason: String)
  /// The operating system did not take the file; what stood there before still stands.
  case unwritable(path: String, reason: String)
  /// The package was built without the trait `ImageCodecs`.
  case codecsMissing(path: String)
}

extension ImageError {
  /// The picture's path, or nil if it has none.
  public var path: String? {
    switch self {
    case .unreadable(let path, _), .empty(let path), .unrecognized(let path, _), .unsupportedFormat(let path, _),
      .damaged(let path, _, _), .tooLarge(let path, _, _, _), .unwritable(let path, _), .codecsMissing(let path):
      path
    case .notEncodable: nil
    }
  }
}

extension ImageError: CustomStringConvertible {
  /// One line: path, what is wrong, what to do.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .empty(let path):
      "\(path): the file is empty; fetch it again or leave it out of the data set"
    case .unrecognized(let path, let bytes):
      "\(path): begins like no picture that is known (\(Self.hexadecimal(bytes))); JPEG and PNG are read"
    case .unsupportedFormat(let path, .webPage):
      "\(path): is a web page (HTML), not a picture; the download failed, fetch the picture again"
    case .unsupportedFormat(let path, .largeFilePointer):
      "\(path): is a Git LFS pointer, not the picture itself; run `git lfs pull` in its repository"
    case .unsupportedFormat(let path, let format):
      "\(path): is \(format.rawValue), whatever its name says; JPEG and PNG are read: convert it to PNG first"
    case .damaged(let path, let format, let reason):
      "\(path): damaged or truncated \(format.rawValue): \(reason); fetch it again or leave it out of the data set"
    case .tooLarge(let path, let width, let height, let maximum):
      "\(path): \(width) x \(height) pixels are more than the limit of \(maximum); make the picture smaller first"
    case .notEncodable(let format, let reason):
      "the picture cannot be written as \(format.rawValue): \(reason)"
    case .unwritable(let path, let reason):
      "\(path): cannot be written: \(reason)"
    case .codecsMissing(let path):
      "\(path): this build cannot read or write pictures; build it with the trait ImageCodecs"
        + " (`swift build --traits default` or `--traits ImageCodecs`) and libturbojpeg0-dev and libpng-dev installed"
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}
