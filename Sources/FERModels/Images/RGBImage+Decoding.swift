extension RGBImage {
  /// The most pixels that are decoded unless the caller says otherwise: 2^26, 192 MiB of RGB.
  public static let defaultMaximumPixelCount = 1 << 26

  /// Reads a JPEG or PNG file.
  ///
  /// The format is told by content. What becomes of the rarer kinds is decided as Pillow's `convert("RGB")` does, on top
  /// of `ImageOps.exif_transpose`:
  ///
  /// - EXIF orientation is applied, in JPEG and in PNG.
  /// - Gray levels are repeated in the three channels; 1, 2 and 4 bits are stretched to 0...255.
  /// - Palettes become colors.
  /// - Alpha and transparent colors are dropped, not composited.
  /// - CMYK and YCCK are read as inverted ink, as Adobe's programs write it, and multiplied out; profiles are ignored.
  /// - 16-bit channels keep their high byte. (Pillow does so for colors, but cuts 16-bit gray off at 255.)
  /// - Gamma and color profiles are not applied.
  /// - An animated PNG gives its default picture.
  ///
  /// A picture that is cut short, even by its last byte, is an error and never half a picture. So is a JPEG that the
  /// decoder warns about.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - maximumPixelCount: a header that announces more is refused before anything is allocated.
  /// - Throws: `ImageError`, which carries the path and the reason.
  /// - Complexity: O(bytes + width · height).
  public init(contentsOf path: String, maximumPixelCount: Int = defaultMaximumPixelCount) throws(ImageError) {
    try self.init(decoding: readPicture(path), path: path, maximumPixelCount: maximumPixelCount)
  }

  /// Decodes the bytes of a JPEG or PNG file; see `init(contentsOf:maximumPixelCount:)` for the rules.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - path: what errors call the picture.
  ///   - maximumPixelCount: a header that announces more is refused before anything is allocated.
  /// - Throws: `ImageError`, which carries the path and the reason.
  public init(
    decoding bytes: [UInt8], path: String = "picture in memory", maximumPixelCount: Int = defaultMaximumPixelCount
  ) throws(ImageError) {
    if bytes.isEmpty { throw .empty(path: path) }
    guard let format = ImageFormat(startOf: bytes) else {
      throw .unrecognized(path: path, firstBytes: Array(bytes.prefix(8)))
    }
    let header = try ImageHeader(of: bytes, format: format, path: path)
    let (pixelCount, overflows) = header.width.multipliedReportingOverflow(by: header.height)
    if overflows || pixelCount > maximumPixelCount {
      throw .tooLarge(
        path: path, width: header.width, height: header.height, maximumPixelCount: maximumPixelCount)
    }
    #if ImageCodecs
      let stored: RGBImage
      do throws(CodecFailure) {
        stored = try format == .jpeg ? decodeJPEG(bytes, header: header) : decodePNG(bytes, header: header)
      } catch {
        throw .damaged(path: path, format: format, reason: error.reason)
      }
      self = stored.oriented(by: header.orientation)
    #else
      throw .codecsMissing(path: path)
    #endif
  }
}
