/// How finely a JPEG keeps color beside brightness.
public enum ChromaSampling: Sendable, Equatable {
  /// One color for two by two pixels (4:2:0), a third smaller.
  case halved
  /// A color for every pixel (4:4:4).
  case full
}

extension RGBImage {
  /// The picture as the bytes of a PNG file, which loses nothing.
  ///
  /// The bytes depend on the version of zlib; the pixels do not.
  ///
  /// - Parameter compression: zlib's level, 0 (none) to 9 (slow).
  /// - Throws: `ImageError.notEncodable`, or `.codecsMissing` without the trait `ImageCodecs`.
  /// - Precondition: `compression` is in 0...9.
  public func pngData(compression: Int = 6) throws(ImageError) -> [UInt8] {
    precondition((0...9).contains(compression), "a compression level is in 0...9, not \(compression)")
    #if ImageCodecs
      do throws(CodecFailure) {
        return try encodePNG(self, compression: compression)
      } catch {
        throw .notEncodable(format: .png, reason: error.reason)
      }
    #else
      throw .codecsMissing(path: "picture in memory")
    #endif
  }

  /// The picture as the bytes of a baseline JPEG file.
  ///
  /// - Parameters:
  ///   - quality: libjpeg's scale, 1 to 100.
  ///   - chroma: whether color is kept for every pixel.
  /// - Throws: `ImageError.notEncodable` (a side above 65,500 pixels), or `.codecsMissing` without `ImageCodecs`.
  /// - Precondition: `quality` is in 1...100.
  public func jpegData(quality: Int = 90, chroma: ChromaSampling = .halved) throws(ImageError) -> [UInt8] {
    precondition((1...100).contains(quality), "a JPEG's quality is in 1...100, not \(quality)")
    #if ImageCodecs
      do throws(CodecFailure) {
        return try encodeJPEG(self, quality: quality, fullChroma: chroma == .full)
      } catch {
        throw .notEncodable(format: .jpeg, reason: error.reason)
      }
    #else
      throw .codecsMissing(path: "picture in memory")
    #endif
  }

  /// Writes a PNG file; a file that stood there is replaced at once or not at all.
  ///
  /// - Throws: `ImageError.unwritable` or what `pngData(compression:)` throws.
  public func writePNG(to path: String, compression: Int = 6) throws(ImageError) {
    try writePicture(pngData(compression: compression), to: path)
  }

  /// Writes a baseline JPEG file; a file that stood there is replaced at once or not at all.
  ///
  /// - Throws: `ImageError.unwritable` or what `jpegData(quality:chroma:)` throws.
  public func writeJPEG(
    to path: String, quality: Int = 90, chroma: ChromaSampling = .halved
  ) throws(ImageError) {
    try writePicture(jpegData(quality: quality, chroma: chroma), to: path)
  }
}
