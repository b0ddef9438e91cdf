/// A rectangle of whole pixels.
public struct PixelRectangle: Sendable, Equatable, Codable {
  /// The first column.
  public var left: Int
  /// The first row.
  public var top: Int
  /// The number of columns.
  public var width: Int
  /// The number of rows.
  public var height: Int

  /// Creates a rectangle by its first column and row, and its size.
  public init(left: Int, top: Int, width: Int, height: Int) {
    self.left = left
    self.top = top
    self.width = width
    self.height = height
  }

  /// The columns inside.
  public var columns: Range<Int> { left..<(left + width) }
  /// The rows inside.
  public var rows: Range<Int> { top..<(top + height) }
  /// The number of pixels inside.
  public var area: Int { width * height }

  /// Whether the rectangle lies inside a picture of the given size and holds a pixel.
  func lies(inside width: Int, _ height: Int) -> Bool {
    left >= 0 && top >= 0 && self.width > 0 && self.height > 0 && left + self.width <= width
      && top + self.height <= height
  }
}

/// A part of a picture whose edges may cut through pixels; column 0 spans 0...1.
public struct PixelBox: Sendable, Equatable, Codable {
  /// Where the box begins, in columns.
  public var left: Float
  /// Where the box begins, in rows.
  public var top: Float
  /// Where the box ends, in columns.
  public var right: Float
  /// Where the box ends, in rows.
  public var bottom: Float

  /// Creates a box by its edges.
  public init(left: Float, top: Float, right: Float, bottom: Float) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }
}

extension RGBImage {
  /// The pixels inside a rectangle.
  ///
  /// - Precondition: the rectangle lies inside the picture and is not empty.
  /// - Complexity: O(area of the rectangle).
  public func cropped(to rectangle: PixelRectangle) -> RGBImage {
    precondition(
      rectangle.lies(inside: width, height), "\(rectangle) does not lie inside a picture of \(width) x \(height)")
    var part: [UInt8] = []
    part.reserveCapacity(3 * rectangle.area)
    for row in rectangle.rows {
      let start = 3 * (row * width + rectangle.left)
      part.append(contentsOf: pixels[start..<(start + 3 * rectangle.width)])
    }
    return RGBImage(width: rectangle.width, height: rectangle.height, pixels: part)
  }
}
