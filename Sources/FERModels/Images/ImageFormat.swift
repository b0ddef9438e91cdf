/// What a file holds, told by its first bytes and never by its name.
///
/// Data sets are full of pictures whose name promises another format; the bytes are what the decoder gets.
/// Besides pictures this knows the two things that most often stand in a picture's place: the web page that a server
/// sent instead, and the pointer that Git leaves when large files were not fetched.
@nonexhaustive
public enum ImageFormat: String, Sendable, Equatable, CaseIterable {
  case jpeg = "JPEG"
  case png = "PNG"
  case webp = "WEBP"
  case gif = "GIF"
  case bmp = "BMP"
  case tiff = "TIFF"
  case heic = "HEIC"
  case avif = "AVIF"
  case jpegXL = "JPEG XL"
  case jpeg2000 = "JPEG 2000"
  case photoshop = "Photoshop"
  case pdf = "PDF"
  case svg = "SVG"
  case webPage = "HTML"
  case largeFilePointer = "Git LFS pointer"

  /// The format that the first bytes announce, or nil if they announce none that is known.
  ///
  /// The first 32 bytes are enough.
  public init?(startOf bytes: some Collection<UInt8>) {
    let start = Array(bytes.prefix(32))
    func has(_ signature: [UInt8], at offset: Int = 0) -> Bool { start.dropFirst(offset).starts(with: signature) }
    func says(_ text: String, at offset: Int = 0) -> Bool { has(Array(text.utf8), at: offset) }

    if has([0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if has(Self.pngSignature) {
      self = .png
    } else if says("RIFF") && says("WEBP", at: 8) {
      self = .webp
    } else if says("GIF87a") || says("GIF89a") {
      self = .gif
    } else if has([0x49, 0x49, 0x2A, 0x00]) || has([0x4D, 0x4D, 0x00, 0x2A])
      || has([0x49, 0x49, 0x2B, 0x00]) || has([0x4D, 0x4D, 0x00, 0x2B])
    {
      self = .tiff
    } else if says("ftyp", at: 4) {
      switch String(decoding: start.dropFirst(8).prefix(4), as: UTF8.self) {
      case "avif", "avis": self = .avif
      case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1": self = .heic
      default: return nil
      }
    } else if has([0xFF, 0x0A]) || has([0x00, 0x00, 0x00, 0x0C]) && says("JXL ", at: 4) {
      self = .jpegXL
    } else if has([0xFF, 0x4F, 0xFF, 0x51]) || has([0x00, 0x00, 0x00, 0x0C]) && says("jP  ", at: 4) {
      self = .jpeg2000
    } else if says("8BPS") {
      self = .photoshop
    } else if says("%PDF") {
      self = .pdf
    } else if says("version https://git-lfs") {
      self = .largeFilePointer
    } else if says("BM") && start.count >= 26 && has([0, 0, 0, 0], at: 6) {
      self = .bmp
    } else {
      let text = String(decoding: start, as: UTF8.self).lowercased().drop { $0.isWhitespace || $0 == "\u{FEFF}" }
      if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") {
        self = .webPage
      } else if text.hasPrefix("<svg") || text.hasPrefix("<?xml") {
        self = .svg
      } else {
        return nil
      }
    }
  }

  static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
}
