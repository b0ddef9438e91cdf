/// The affine map from levels to network inputs: `(level / 255 − mean) / deviation` for each channel.
///
/// Weights trained elsewhere want the numbers they were trained with; without such weights the numbers of the own data
/// set are as good.
public struct PixelNormalization: Sendable, Equatable, Codable {
  /// The mean of red, green and blue, levels counted from 0 to 1.
  public var mean: SIMD3<Float>
  /// The standard deviation of red, green and blue, levels counted from 0 to 1.
  public var deviation: SIMD3<Float>

  /// - Precondition: all numbers are finite and the deviations positive.
  public init(mean: SIMD3<Float>, deviation: SIMD3<Float>) {
    precondition(
      Self.isUsable(mean, deviation), "means are finite and deviations positive, unlike \(mean) and \(deviation)")
    self.mean = mean
    self.deviation = deviation
  }

  /// Reads a normalization, and refuses values that the initializer would not take.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    mean = try container.decode(SIMD3<Float>.self, forKey: .mean)
    deviation = try container.decode(SIMD3<Float>.self, forKey: .deviation)
    guard Self.isUsable(mean, deviation) else {
      throw DecodingError.dataCorruptedError(
        forKey: .deviation, in: container,
        debugDescription: "means are finite and deviations positive, unlike \(mean) and \(deviation)")
    }
  }

  /// ImageNet's numbers, which torchvision's weights expect.
  public static let imageNet = PixelNormalization(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])

  /// RAF-DB's numbers as the authors of the deep attentive center loss (Farzaneh and Qi, 2021) publish them.
  public static let rafDB = PixelNormalization(
    mean: [0.5752, 0.4495, 0.4012], deviation: [0.2086, 0.1911, 0.1827])

  /// Levels from 0 to 1 as they are.
  public static let none = PixelNormalization(mean: [0, 0, 0], deviation: [1, 1, 1])

  /// The 256 values that the levels of one channel become.
  func values(ofChannel channel: Int) -> [Float] {
    (0..<256).map { (Float($0) / 255 - mean[channel]) / deviation[channel] }
  }

  private static func isUsable(_ mean: SIMD3<Float>, _ deviation: SIMD3<Float>) -> Bool {
    (0..<3).allSatisfy { mean[$0].isFinite && deviation[$0].isFinite && deviation[$0] > 0 }
  }
}
