public import FERMetric
import Foundation

/// A random rectangle of the network's input that is set to zero, the mean color after normalization.
///
/// The rectangle's share of the area is uniform in `area`, its height over its width log-uniform in `aspectRatio`; a
/// rectangle that would reach across the whole picture is drawn again, ten times at most.
///
/// - SeeAlso: Zhong, Zheng, Kang, Li and Yang, Random Erasing Data Augmentation, AAAI 2020. The defaults are those of
///   Self-Cure Network (Wang et al., 2020) for facial expressions.
public struct RandomErasing: Sendable, Equatable, Codable {
  /// How likely a picture loses a rectangle.
  public let probability: Double
  /// The rectangle's share of the picture.
  public let area: ClosedRange<Double>
  /// The rectangle's height over its width.
  public let aspectRatio: ClosedRange<Double>

  /// - Precondition: the probability is in 0...1, the area in 0...1, the ratio positive.
  public init(
    probability: Double = 0.5, area: ClosedRange<Double> = 0.02...0.25, aspectRatio: ClosedRange<Double> = 0.3...3.3
  ) {
    self.probability = probability
    self.area = area
    self.aspectRatio = aspectRatio
    if let complaint { preconditionFailure(complaint) }
  }

  /// Reads an erasing, and refuses values that the initializer would not take.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    probability = try container.decode(Double.self, forKey: .probability)
    area = try container.decode(ClosedRange<Double>.self, forKey: .area)
    aspectRatio = try container.decode(ClosedRange<Double>.self, forKey: .aspectRatio)
    if let complaint {
      throw DecodingError.dataCorruptedError(forKey: .probability, in: container, debugDescription: complaint)
    }
  }

  /// The rectangle that a picture of `size` by `size` pixels loses, or nil if it keeps all.
  public func draw(size: Int, using generator: inout SeededGenerator) -> PixelRectangle? {
    guard generator.nextUniform() < probability else { return nil }
    for _ in 0..<10 {
      let area = Double(size * size) * generator.nextUniform(in: self.area)
      let ratio = exp(generator.nextUniform(in: log(aspectRatio.lowerBound)...log(aspectRatio.upperBound)))
      let height = Int((area * ratio).squareRoot().rounded())
      let width = Int((area / ratio).squareRoot().rounded())
      guard (1..<size).contains(height), (1..<size).contains(width) else { continue }
      let top = generator.next(below: size - height + 1)
      let left = generator.next(below: size - width + 1)
      return PixelRectangle(left: left, top: top, width: width, height: height)
    }
    return nil
  }

  private var complaint: String? {
    if !(0...1).contains(probability) { return "a probability of erasing is in 0...1, not \(probability)" }
    if !(area.lowerBound >= 0 && area.upperBound <= 1) { return "erased areas are in 0...1, not \(area)" }
    if !(aspectRatio.lowerBound > 0 && aspectRatio.upperBound.isFinite) {
      return "aspect ratios are positive, not \(aspectRatio)"
    }
    return nil
  }
}
