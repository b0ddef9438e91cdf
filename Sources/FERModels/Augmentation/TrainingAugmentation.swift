public import FERMetric

/// How often the random scale of the crops is drawn.
public enum ScaleChoice: String, Sendable, Equatable, Codable, CaseIterable {
  /// One scale for all pictures of a batch.
  case perBatch
  /// A scale for each picture.
  case perPicture
}

/// What happens to a picture before the network is trained on it: multi-scale random crop, flip, normalization, erasing.
///
/// The picture is resized (antialiased linear interpolation) so that its short side is one of `shortSides`, a square of
/// `size` is cut out at a random place, left and right are exchanged with probability `flipProbability`, levels are
/// normalized, and a random rectangle is erased. Defaults are the published protocol: short sides 224, 240, 256 and 288
/// for crops of 224, in proportion for other sizes.
///
/// Chance is a function of seed, epoch, index and repetition alone, so that pictures may be prepared ahead, by any thread and in any
/// order, and a resumed run sees the pictures of an uninterrupted one.
///
///     let augmentation = TrainingAugmentation(size: 224, normalization: .imageNet)
///     augmentation.write(image, seed: 1, epoch: 0, batch: 12, index: 345, into: &pixels)
///
/// - SeeAlso: section 6 of Docs/Method.md.
public struct TrainingAugmentation: Sendable, Equatable, Codable {
  /// The side of the square crop in pixels.
  public let size: Int
  /// The scales to draw from: what the picture's short side is resized to.
  public let shortSides: [Int]
  /// Whether the scale is drawn for a batch or for a picture.
  public let scaleChoice: ScaleChoice
  /// How likely left and right are exchanged.
  public let flipProbability: Double
  /// The rectangle that is erased, or nil for none.
  public let erasing: RandomErasing?
  /// The map from levels to inputs.
  public let normalization: PixelNormalization

  /// Creates an augmentation.
  ///
  /// - Parameters:
  ///   - size: The side of the square crop.
  ///   - shortSides: The scales to draw from; nil stands for `size` times 1, 15/14, 8/7 and 9/7.
  ///   - scaleChoice: Whether the scale is drawn for a batch or for a picture.
  ///   - flipProbability: How likely left and right are exchanged.
  ///   - erasing: The rectangle that is erased, or nil for none.
  ///   - normalization: The map from levels to inputs.
  /// - Precondition: `size` is positive, there are scales, none is smaller than `size`, the probability is in 0...1.
  public init(
    size: Int = 224, shortSides: [Int]? = nil, scaleChoice: ScaleChoice = .perBatch, flipProbability: Double = 0.5,
    erasing: RandomErasing? = RandomErasing(), normalization: PixelNormalization = .imageNet
  ) {
    self.size = size
    self.shortSides = shortSides ?? [224, 240, 256, 288].map { ($0 * size + 112) / 224 }
    self.scaleChoice = scaleChoice
    self.flipProbability = flipProbability
    self.erasing = erasing
    self.normalization = normalization
    if let complaint { preconditionFailure(complaint) }
  }

  /// Reads an augmentation, and refuses values that the initializer would not take.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    size = try container.decode(Int.self, forKey: .size)
    shortSides = try container.decode([Int].self, forKey: .shortSides)
    scaleChoice = try container.decode(ScaleChoice.self, forKey: .scaleChoice)
    flipProbability = try container.decode(Double.self, forKey: .flipProbability)
    erasing = try container.decodeIfPresent(RandomErasing.self, forKey: .erasing)
    normalization = try container.decode(PixelNormalization.self, forKey: .normalization)
    if let complaint {
      throw DecodingError.dataCorruptedError(forKey: .size, in: container, debugDescription: complaint)
    }
  }

  private var complaint: String? {
    if size < 1 { return "a crop has at least one pixel, not \(size)" }
    if shortSides.isEmpty { return "an augmentation needs at least one scale" }
    if let small = shortSides.first(where: { $0 < size }) {
      return "a short side of \(small) is smaller than the crop of \(size)"
    }
    if !(0...1).contains(flipProbability) { return "a probability of flipping is in 0...1, not \(flipProbability)" }
    return nil
  }
}

extension TrainingAugmentation {
  /// The same scales, crops and flips, and nothing erased: erasing is what chance decides last.
  var withoutErasing: TrainingAugmentation {
    TrainingAugmentation(
      size: size, shortSides: shortSides, scaleChoice: scaleChoice, flipProbability: flipProbability, erasing: nil,
      normalization: normalization)
  }

  /// The scale that the pictures of a batch share.
  ///
  /// - Parameters:
  ///   - seed: the run's seed.
  ///   - epoch: the epoch's number.
  ///   - batch: the batch's number in its epoch.
  public func shortSide(seed: UInt64, epoch: Int, batch: Int) -> Int {
    var generator = SeededGenerator(seed: seed, stream: Self.scaleStream, UInt64(epoch), UInt64(batch))
    return shortSides[generator.next(below: shortSides.count)]
  }

  /// Everything that chance decides about one picture: scale (unless given), column, row, flip, erasing, in this order.
  ///
  /// - Parameters:
  ///   - width: the picture's columns.
  ///   - height: the picture's rows.
  ///   - shortSide: the batch's scale, or nil to draw one.
  ///   - generator: advanced by what was drawn.
  /// - Precondition: `shortSide` is not smaller than `size`.
  public func draw(
    width: Int, height: Int, shortSide: Int? = nil, using generator: inout SeededGenerator
  ) -> AugmentationDraw {
    let shortSide = shortSide ?? shortSides[generator.next(below: shortSides.count)]
    precondition(shortSide >= size, "a short side of \(shortSide) is smaller than the crop of \(size)")
    let scaled = AugmentationDraw.scaledSize(width: width, height: height, shortSide: shortSide)
    let left = generator.next(below: scaled.width - size + 1)
    let top = generator.next(below: scaled.height - size + 1)
    let isFlipped = generator.nextUniform() < flipProbability
    let erased = erasing?.draw(size: size, using: &generator)
    return AugmentationDraw(
      scaledWidth: scaled.width, scaledHeight: scaled.height, left: left, top: top, isFlipped: isFlipped,
      erased: erased)
  }

  /// Writes the network's input for one picture and one draw: `size * size * 3` numbers, rows, columns, channels (HWC).
  ///
  /// - Precondition: the destination holds `size * size * 3` numbers.
  /// - Complexity: O(input pixels that are seen + size²).
  public func write(_ image: RGBImage, as draw: AugmentationDraw, into destination: inout MutableSpan<Float>) {
    draw.write(image, size: size, normalization: normalization, into: &destination)
  }

  /// Writes the network's input for one picture, with the chance of its place in the run.
  ///
  /// - Parameters:
  ///   - image: the picture.
  ///   - seed: the run's seed.
  ///   - epoch: the epoch's number.
  ///   - batch: the batch's number in its epoch; it matters only if the scale is drawn per batch.
  ///   - index: the picture's number in the data set.
  ///   - repetition: how often the epoch has shown the picture before; each time has draws of its own.
  ///   - destination: `size * size * 3` numbers, rows, columns, channels (HWC).
  public func write(
    _ image: RGBImage, seed: UInt64, epoch: Int, batch: Int, index: Int, repetition: Int = 0,
    into destination: inout MutableSpan<Float>
  ) {
    var generator =
      repetition == 0
      ? SeededGenerator(seed: seed, stream: Self.pictureStream, UInt64(epoch), UInt64(index))
      : SeededGenerator(
        seed: seed, stream: Self.repetitionStream, UInt64(epoch), UInt64(index), UInt64(repetition))
    let shortSide = scaleChoice == .perBatch ? shortSide(seed: seed, epoch: epoch, batch: batch) : nil
    let draw = draw(width: image.width, height: image.height, shortSide: shortSide, using: &generator)
    write(image, as: draw, into: &destination)
  }

  /// Scales and pictures draw from streams that never meet, nor meet another part's.
  private static let scaleStream: UInt64 = 0x5343_414C_4500_0001
  private static let pictureStream: UInt64 = 0x5049_4354_5552_0001
  private static let repetitionStream: UInt64 = 0x5049_4354_5552_0002
}
