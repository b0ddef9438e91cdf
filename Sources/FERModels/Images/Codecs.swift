#if ImageCodecs
  import CFERCodecs

  /// The sentence of a codec that failed.
  struct CodecFailure: Error {
    var reason: String
  }

  func decodeJPEG(_ bytes: [UInt8], header: ImageHeader) throws(CodecFailure) -> RGBImage {
    var pixels = [UInt8](repeating: 0, count: 3 * header.width * header.height)
    try unsafe throwingFailure { message, capacity in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe pixels.withUnsafeMutableBufferPointer { pixels in
          unsafe fer_jpeg_decode(
            bytes.baseAddress, bytes.count, Int32(header.width), Int32(header.height), Int32(header.components),
            pixels.baseAddress, message, capacity)
        }
      }
    }
    return RGBImage(width: header.width, height: header.height, pixels: pixels)
  }

  func decodePNG(_ bytes: [UInt8], header: ImageHeader) throws(CodecFailure) -> RGBImage {
    guard let width = Int32(exactly: header.width), let height = Int32(exactly: header.height) else {
      throw CodecFailure(reason: "its header says \(header.width) x \(header.height) pixels")
    }
    var pixels = [UInt8](repeating: 0, count: 3 * header.width * header.height)
    try unsafe throwingFailure { message, capacity in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe pixels.withUnsafeMutableBufferPointer { pixels in
          unsafe fer_png_decode(
            bytes.baseAddress, bytes.count, width, height, pixels.baseAddress, message, capacity)
        }
      }
    }
    return RGBImage(width: header.width, height: header.height, pixels: pixels)
  }

  func encodeJPEG(_ image: RGBImage, quality: Int, fullChroma: Bool) throws(CodecFailure) -> [UInt8] {
    guard max(image.width, image.height) <= 65_500 else {
      throw CodecFailure(reason: "\(image.width) x \(image.height) pixels; no side may exceed 65500")
    }
    var output = unsafe fer_bytes()
    defer { unsafe fer_bytes_free(&output) }
    try unsafe throwingFailure { message, capacity in
      unsafe image.pixels.withUnsafeBufferPointer { pixels in
        unsafe fer_jpeg_encode(
          pixels.baseAddress, Int32(image.width), Int32(image.height), Int32(quality), fullChroma ? 1 : 0, &output,
          message, capacity)
      }
    }
    return unsafe Array(UnsafeBufferPointer(start: output.bytes, count: output.count))
  }

  func encodePNG(_ image: RGBImage, compression: Int) throws(CodecFailure) -> [UInt8] {
    guard max(image.width, image.height) <= Int(Int32.max) else {
      throw CodecFailure(reason: "\(image.width) x \(image.height) pixels; no side may exceed \(Int32.max)")
    }
    var output = unsafe fer_bytes()
    defer { unsafe fer_bytes_free(&output) }
    try unsafe throwingFailure { message, capacity in
      unsafe image.pixels.withUnsafeBufferPointer { pixels in
        unsafe fer_png_encode(
          pixels.baseAddress, Int32(image.width), Int32(image.height), Int32(compression), &output, message, capacity)
      }
    }
    return unsafe Array(UnsafeBufferPointer(start: output.bytes, count: output.count))
  }

  /// Lends a codec the room for its sentence and throws that sentence if the codec failed.
  private func throwingFailure(
    _ codec: (UnsafeMutablePointer<CChar>, Int) -> Int32
  ) throws(CodecFailure) {
    var message = [CChar](repeating: 0, count: 256)
    let status = unsafe message.withUnsafeMutableBufferPointer { buffer in
      unsafe codec(buffer.baseAddress!, buffer.count)
    }
    if status != 0 {
      throw CodecFailure(
        reason: String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
  }
#endif
