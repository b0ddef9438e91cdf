/// What the decoder needs to know before it allocates: size, number of components, orientation.
///
/// It is read here rather than by the libraries, because TurboJPEG refuses headers with rare chroma sampling (though it
/// decodes the picture), and because neither library knows of orientation.
struct ImageHeader: Equatable {
  var width: Int
  var height: Int
  /// Channels of a JPEG; the number has no meaning for a PNG.
  var components: Int
  /// The EXIF orientation, 1...8.
  var orientation: Int

  /// Reads the header of a JPEG or PNG.
  ///
  /// - Throws: `ImageError.damaged` if the bytes end before the size or contradict the format.
  init(of bytes: [UInt8], format: ImageFormat, path: String) throws(ImageError) {
    let header: ImageHeader?
    switch format {
    case .jpeg: header = ImageHeader(jpeg: bytes)
    case .png: header = ImageHeader(png: bytes)
    default: throw .unsupportedFormat(path: path, format: format)
    }
    guard let header else { throw .damaged(path: path, format: format, reason: "its header is incomplete") }
    guard header.width > 0, header.height > 0 else {
      throw .damaged(path: path, format: format, reason: "its header says \(header.width) x \(header.height) pixels")
    }
    self = header
  }

  private init(width: Int, height: Int, components: Int, orientation: Int) {
    self.width = width
    self.height = height
    self.components = components
    self.orientation = orientation
  }

  /// Walks the segments of a JPEG up to its first scan.
  private init?(jpeg bytes: [UInt8]) {
    var frame: (width: Int, height: Int, components: Int)?
    var orientation: Int?
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      if marker == 0xFF {  // a fill byte
        position += 1
        continue
      }
      if marker == 0x01 || (0xD0...0xD7).contains(marker) {  // markers without a length
        position += 2
        continue
      }
      let length = bytes.bigEndian16(at: position + 2)
      let end = position + 2 + length
      guard length >= 2, end <= bytes.count, marker != 0xD9 else { return nil }
      let body = position + 4
      switch marker {
      case 0xDA:  // start of scan
        guard let frame else { return nil }
        self.init(
          width: frame.width, height: frame.height, components: frame.components, orientation: orientation ?? 1)
        return
      case 0xC4, 0xC8, 0xCC:  // tables that lie among the frame markers
        break
      case 0xC0...0xCF where frame == nil:
        guard length >= 8 else { return nil }
        frame = (bytes.bigEndian16(at: body + 3), bytes.bigEndian16(at: body + 1), Int(bytes[body + 5]))
      case 0xE1 where orientation == nil && bytes[body..<end].starts(with: Self.exifPrefix):
        orientation = exifOrientation(in: bytes[(body + Self.exifPrefix.count)..<end])
      default:
        break
      }
      position = end
    }
    return nil
  }

  /// Reads the first chunk of a PNG, and the orientation from its EXIF chunk if there is one.
  private init?(png bytes: [UInt8]) {
    guard bytes.count >= 33, bytes[12..<16].elementsEqual("IHDR".utf8) else { return nil }
    self.init(
      width: bytes.bigEndian32(at: 16), height: bytes.bigEndian32(at: 20), components: 3, orientation: 1)
    var position = 8
    while position + 12 <= bytes.count {
      let length = bytes.bigEndian32(at: position)
      let body = position + 8
      guard length <= bytes.count - body else { return }  // the decoder says what is wrong
      if bytes[(position + 4)..<body].elementsEqual("eXIf".utf8) {
        orientation = exifOrientation(in: bytes[body..<(body + length)]) ?? 1
        return
      }
      position = body + length + 4
    }
  }

  private static let exifPrefix = Array("Exif\0\0".utf8)
}

extension RandomAccessCollection<UInt8> where Index == Int {
  func bigEndian16(at index: Int) -> Int { Int(self[index]) << 8 | Int(self[index + 1]) }
  func bigEndian32(at index: Int) -> Int { bigEndian16(at: index) << 16 | bigEndian16(at: index + 2) }
}
