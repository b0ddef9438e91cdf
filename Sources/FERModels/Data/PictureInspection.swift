/// What looking into one picture file found.
struct PictureInspection {
  let entry: DatasetSurvey.Entry
  /// Width and height, if the file is a picture.
  private(set) var size: Size?
  /// The hash of the contents that `contents()` gives, if the file is whole.
  private(set) var fingerprint: UInt64?
  private(set) var finding: DatasetFinding?

  struct Size: Hashable {
    let width: Int
    let height: Int
  }

  /// Reads and decodes the file.
  init(of entry: DatasetSurvey.Entry) {
    self.entry = entry
    do throws(ImageError) {
      let bytes = try readPicture(entry.path)
      let format = try Self.supportedFormat(of: bytes, path: entry.path)
      let header = try ImageHeader(of: bytes, format: format, path: entry.path)
      let contents = try Self.contents(of: bytes, path: entry.path)
      size = Size(width: header.width, height: header.height)
      fingerprint = contents.fingerprint
      if contents.isUniform {
        finding = DatasetFinding(.uniformPicture, .warning, path: entry.path, message: "every pixel has one color")
      } else if !format.endings.contains(entry.path.pathExtension ?? "") {
        finding = DatasetFinding(
          .wrongFormat, .warning, path: entry.path,
          message:
            "the contents are \(format.rawValue), which the name does not say; they are read as \(format.rawValue)")
      }
    } catch {
      finding = Self.finding(for: error, at: entry.path)
    }
  }

  /// The contents for a comparison in full, or nil if the file has changed meanwhile.
  func contents() -> PictureContents? {
    guard let bytes = try? readPicture(entry.path) else { return nil }
    return try? Self.contents(of: bytes, path: entry.path)
  }

  /// The pixels, or the bytes of the file where this build has no decoder.
  private static func contents(of bytes: [UInt8], path: String) throws(ImageError) -> PictureContents {
    #if ImageCodecs
      PictureContents(pixelsOf: try RGBImage(decoding: bytes, path: path))
    #else
      PictureContents(fileBytes: bytes)
    #endif
  }

  /// The format by content, which must be one that is read.
  private static func supportedFormat(of bytes: [UInt8], path: String) throws(ImageError) -> ImageFormat {
    guard !bytes.isEmpty else { throw .empty(path: path) }
    guard let format = ImageFormat(startOf: bytes) else {
      throw .unrecognized(path: path, firstBytes: Array(bytes.prefix(8)))
    }
    guard !format.endings.isEmpty else { throw .unsupportedFormat(path: path, format: format) }
    return format
  }

  private static func finding(for error: ImageError, at path: String) -> DatasetFinding {
    let (kind, message): (DatasetFinding.Kind, String) =
      switch error {
      case .unreadable(_, let reason): (.unreadableFile, "the file cannot be read: \(reason)")
      case .empty: (.emptyFile, "the file has no bytes")
      case .unrecognized: (.notAPicture, "the contents begin like no known picture")
      case .unsupportedFormat(_, let format):
        (.wrongFormat, "the contents are \(format.rawValue), which is not read, whatever the name says")
      case .damaged(_, let format, let reason):
        (.damagedPicture, "the \(format.rawValue) is cut short or damaged: \(reason)")
      case .tooLarge(_, let width, let height, let maximum):
        (.oddSize, "\(width) × \(height) pixels are more than the limit of \(maximum)")
      default: (.damagedPicture, error.description)
      }
    return DatasetFinding(kind, .error, path: path, message: message)
  }
}

extension ImageFormat {
  /// The endings of names that promise this format; none for a format that is not read.
  fileprivate var endings: [String] {
    switch self {
    case .jpeg: ["jpg", "jpeg"]
    case .png: ["png"]
    default: []
    }
  }
}
