/// What happens to a picture before the network judges it: resize, center crop, normalization. Nothing is random.
///
/// The picture is resized (antialiased linear interpolation) so that its short side is `shortSide`, and the middle square
/// of `size` is cut out. By default the short side is `size` times 256/224, as in most of the literature. An odd rest is
/// divided as torchvision's `CenterCrop` divides it (half of it, rounded to even).
///
///     let transform = EvaluationTransform(size: 224, normalization: .imageNet)
///     transform.write(image, into: &pixels)
public struct EvaluationTransform: Sendable, Equatable, Codable {
  /// The side of the square crop in pixels.
  public let size: Int
  /// What the picture's short side is resized to.
  public let shortSide: Int
  /// The map from levels to inputs.
  public let normalization: PixelNormalization

  /// Creates a transform.
  ///
  /// - Parameters:
  ///   - size: The side of the square crop.
  ///   - shortSide: What the short side is resized to; nil stands for `size` times 256/224.
  ///   - normalization: The map from levels to inputs.
  /// - Precondition: `size` is positive and not above `shortSide`.
  public init(size: Int = 224, shortSide: Int? = nil, normalization: PixelNormalization = .imageNet) {
    self.size = size
    self.shortSide = shortSide ?? (256 * size + 112) / 224
    self.normalization = normalization
    if let complaint { preconditionFailure(complaint) }
  }

  /// Reads a transform, and refuses values that the initializer would not take.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    size = try container.decode(Int.self, forKey: .size)
    shortSide = try container.decode(Int.self, forKey: .shortSide)
    normalization = try container.decode(PixelNormalization.self, forKey: .normalization)
    if let complaint {
      throw DecodingError.dataCorruptedError(forKey: .size, in: container, debugDescription: complaint)
    }
  }

  private var complaint: String? {
    if size < 1 { return "a crop has at least one pixel, not \(size)" }
    if shortSide < size { return "a short side of \(shortSide) is smaller than the crop of \(size)" }
    return nil
  }

  /// Writes the network's input for one picture: `size * size * 3` numbers, rows, columns, channels (HWC).
  ///
  /// - Precondition: the destination holds `size * size * 3` numbers.
  /// - Complexity: O(input pixels that are seen + size²).
  public func write(_ image: RGBImage, into destination: inout MutableSpan<Float>) {
    let scaled = AugmentationDraw.scaledSize(width: image.width, height: image.height, shortSide: shortSide)
    let draw = AugmentationDraw(
      scaledWidth: scaled.width, scaledHeight: scaled.height, left: middle(of: scaled.width),
      top: middle(of: scaled.height))
    draw.write(image, size: size, normalization: normalization, into: &destination)
  }

  private func middle(of length: Int) -> Int {
    Int((Double(length - size) / 2).rounded(.toNearestOrEven))
  }
}
