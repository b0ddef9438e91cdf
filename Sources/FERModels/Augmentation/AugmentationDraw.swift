/// Everything that chance decides about one picture: what it becomes is a pure function of the picture and this.
public struct AugmentationDraw: Sendable, Equatable {
  /// The size that the whole picture is resized to; its short side is the drawn scale.
  public var scaledWidth: Int
  /// The size that the whole picture is resized to; its short side is the drawn scale.
  public var scaledHeight: Int
  /// The crop's first column in the resized picture.
  public var left: Int
  /// The crop's first row in the resized picture.
  public var top: Int
  /// Whether left and right are exchanged after cropping.
  public var isFlipped: Bool
  /// The part of the finished crop that is set to zero.
  public var erased: PixelRectangle?

  /// Creates a draw that was made elsewhere.
  public init(
    scaledWidth: Int, scaledHeight: Int, left: Int, top: Int, isFlipped: Bool = false, erased: PixelRectangle? = nil
  ) {
    self.scaledWidth = scaledWidth
    self.scaledHeight = scaledHeight
    self.left = left
    self.top = top
    self.isFlipped = isFlipped
    self.erased = erased
  }
}

extension AugmentationDraw {
  /// The picture's sides when its short side becomes `shortSide` and its shape is kept; the long side is rounded down.
  static func scaledSize(width: Int, height: Int, shortSide: Int) -> (width: Int, height: Int) {
    width <= height
      ? (shortSide, max(shortSide, shortSide * height / width))
      : (max(shortSide, shortSide * width / height), shortSide)
  }

  /// Resizes, crops, flips, normalizes and erases, in this order, into `size * size * 3` numbers.
  func write(
    _ image: RGBImage, size: Int, normalization: PixelNormalization, into destination: inout MutableSpan<Float>
  ) {
    precondition(
      destination.count == 3 * size * size,
      "a crop of \(size) x \(size) has \(3 * size * size) numbers, the destination \(destination.count)")
    let crop = image.resized(
      width: scaledWidth, height: scaledHeight,
      window: PixelRectangle(left: left, top: top, width: size, height: size))
    normalize(crop, by: normalization, into: &destination)
    if let erased {
      precondition(erased.lies(inside: size, size), "\(erased) does not lie inside a crop of \(size) x \(size)")
      for row in erased.rows {
        for index in (3 * (row * size + erased.left))..<(3 * (row * size + erased.left + erased.width)) {
          destination[index] = 0
        }
      }
    }
  }

  private func normalize(
    _ crop: RGBImage, by normalization: PixelNormalization, into destination: inout MutableSpan<Float>
  ) {
    let reds = normalization.values(ofChannel: 0)
    let greens = normalization.values(ofChannel: 1)
    let blues = normalization.values(ofChannel: 2)
    let pixels = crop.pixels.span
    var target = 0
    for row in 0..<crop.height {
      var source = 3 * crop.width * (isFlipped ? row + 1 : row) - (isFlipped ? 3 : 0)
      for _ in 0..<crop.width {
        destination[target] = reds[Int(pixels[source])]
        destination[target + 1] = greens[Int(pixels[source + 1])]
        destination[target + 2] = blues[Int(pixels[source + 2])]
        target += 3
        source += isFlipped ? -3 : 3
      }
    }
  }
}
