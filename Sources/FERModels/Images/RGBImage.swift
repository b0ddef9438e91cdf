/// A picture of 8-bit RGB pixels.
///
/// `pixels` holds red, green and blue of the pixel in row `y` and column `x` at `3 * (y * width + x)`: rows from top to
/// bottom, no padding. The levels are those of the file (nonlinear, mostly sRGB); nothing here linearizes them.
///
///     var image = try RGBImage(contentsOf: "face.jpg")
///     image = image.resized(width: 224, height: 224)
///     try image.writePNG(to: "face.png")
public struct RGBImage: Sendable, Equatable {
  /// The number of columns, at least 1.
  public let width: Int
  /// The number of rows, at least 1.
  public let height: Int
  /// The `3 * width * height` levels, interleaved by channel.
  public private(set) var pixels: [UInt8]

  /// Wraps pixels that are there already.
  ///
  /// - Precondition: `width` and `height` are positive and `pixels` holds `3 * width * height` levels.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel, not \(width) x \(height)")
    precondition(
      pixels.count == 3 * width * height,
      "a picture of \(width) x \(height) has \(3 * width * height) levels, not \(pixels.count)")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// A picture of one color.
  ///
  /// - Precondition: `width` and `height` are positive.
  public init(width: Int, height: Int, red: UInt8, green: UInt8, blue: UInt8) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel, not \(width) x \(height)")
    var pixels = [UInt8](repeating: red, count: 3 * width * height)
    if green != red || blue != red {
      for start in stride(from: 0, to: pixels.count, by: 3) {
        pixels[start + 1] = green
        pixels[start + 2] = blue
      }
    }
    self.init(width: width, height: height, pixels: pixels)
  }

  /// A picture whose three channels are all equal to one gray channel of `width * height` levels.
  ///
  /// - Precondition: `width` and `height` are positive and `gray` holds `width * height` levels.
  public init(width: Int, height: Int, gray: [UInt8]) {
    precondition(
      width > 0 && height > 0 && gray.count == width * height,
      "a gray picture of \(width) x \(height) has \(width * height) levels, not \(gray.count)")
    var pixels = [UInt8](repeating: 0, count: 3 * gray.count)
    for (index, level) in gray.enumerated() {
      pixels[3 * index] = level
      pixels[3 * index + 1] = level
      pixels[3 * index + 2] = level
    }
    self.init(width: width, height: height, pixels: pixels)
  }

  /// The color of the pixel in one column and row.
  ///
  /// - Precondition: the column is in `0..<width` and the row in `0..<height`.
  public subscript(column: Int, row: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
    get {
      let start = offset(column: column, row: row)
      return (pixels[start], pixels[start + 1], pixels[start + 2])
    }
    set {
      let start = offset(column: column, row: row)
      pixels[start] = newValue.red
      pixels[start + 1] = newValue.green
      pixels[start + 2] = newValue.blue
    }
  }

  private func offset(column: Int, row: Int) -> Int {
    precondition(
      column >= 0 && column < width && row >= 0 && row < height,
      "column \(column), row \(row) lies outside a picture of \(width) x \(height)")
    return 3 * (row * width + column)
  }
}
