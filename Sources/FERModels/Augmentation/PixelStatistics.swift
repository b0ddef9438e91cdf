/// Mean and standard deviation of a data set's pixels, gathered picture by picture.
///
/// The sums are whole numbers, so the result depends neither on the order of the pictures nor on how they are divided
/// among several statistics that are then added.
///
///     var statistics = PixelStatistics()
///     for image in images { statistics.add(image) }
///     let normalization = statistics.normalization
public struct PixelStatistics: Sendable, Equatable {
  /// The number of pixels so far.
  public private(set) var pixelCount: UInt64 = 0
  private var sums = SIMD3<UInt64>.zero
  private var squares = SIMD3<UInt64>.zero

  /// Statistics of no pixel.
  public init() {}

  /// Counts the pixels of a picture.
  ///
  /// - Complexity: O(width · height).
  public mutating func add(_ image: RGBImage) {
    let pixels = image.pixels.span
    for start in stride(from: 0, to: pixels.count, by: 3) {
      let color = SIMD3(UInt64(pixels[start]), UInt64(pixels[start + 1]), UInt64(pixels[start + 2]))
      sums &+= color
      squares &+= color &* color
    }
    pixelCount += UInt64(pixels.count / 3)
  }

  /// Counts what other statistics have counted.
  public mutating func add(_ other: PixelStatistics) {
    pixelCount += other.pixelCount
    sums &+= other.sums
    squares &+= other.squares
  }

  /// The normalization that gives the counted pixels mean 0 and deviation 1 in each channel, or nil if there are none.
  ///
  /// The deviation is that of the population, `√(E[v²] − E[v]²)`. A channel without any variance keeps deviation 1.
  public var normalization: PixelNormalization? {
    guard pixelCount > 0 else { return nil }
    var mean = SIMD3<Float>.zero
    var deviation = SIMD3<Float>.one
    let count = Double(pixelCount)
    for channel in 0..<3 {
      let average = Double(sums[channel]) / count
      let variance = Double(squares[channel]) / count - average * average
      mean[channel] = Float(average / 255)
      if variance > 1e-9 * max(average * average, 1) { deviation[channel] = Float(variance.squareRoot() / 255) }
    }
    return PixelNormalization(mean: mean, deviation: deviation)
  }
}
