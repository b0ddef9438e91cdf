import Foundation
import Testing

@testable import FERModels

@Suite struct PixelNormalizationTests {
  @Test func presetsAreThePublishedNumbers() {
    #expect(PixelNormalization.imageNet.mean == [0.485, 0.456, 0.406])
    #expect(PixelNormalization.imageNet.deviation == [0.229, 0.224, 0.225])
    #expect(PixelNormalization.rafDB.mean == [0.5752, 0.4495, 0.4012])
    #expect(PixelNormalization.rafDB.deviation == [0.2086, 0.1911, 0.1827])
    #expect(PixelNormalization.none.values(ofChannel: 1)[255] == 1)
  }

  @Test func statisticsAreThoseOfAllPixels() throws {
    let images = (0..<3).map { PictureFixtures.pattern(width: 11 + $0, height: 7, seed: 31 * $0) }
    var statistics = PixelStatistics()
    for image in images { statistics.add(image) }
    let normalization = try #require(statistics.normalization)
    for channel in 0..<3 {
      let levels = images.flatMap { image in
        stride(from: channel, to: image.pixels.count, by: 3).map { Double(image.pixels[$0]) / 255 }
      }
      let mean = levels.reduce(0, +) / Double(levels.count)
      let variance = levels.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(levels.count)
      #expect(abs(Double(normalization.mean[channel]) - mean) < 1e-7)
      #expect(abs(Double(normalization.deviation[channel]) - variance.squareRoot()) < 1e-7)
    }
    var first = PixelStatistics()
    first.add(images[2])
    var second = PixelStatistics()
    second.add(images[1])
    second.add(images[0])
    first.add(second)
    #expect(first == statistics)
  }

  @Test func emptyAndConstantData() {
    #expect(PixelStatistics().normalization == nil)
    var statistics = PixelStatistics()
    statistics.add(RGBImage(width: 3, height: 3, red: 255, green: 0, blue: 51))
    #expect(statistics.normalization == PixelNormalization(mean: [1, 0, 0.2], deviation: [1, 1, 1]))
  }

  @Test func nonsenseIsNotDecoded() {
    let text = #"{"mean": [0, 0, 0], "deviation": [1, 0, 1]}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(PixelNormalization.self, from: Data(text.utf8))
    }
  }
}
