import FERMetric
import Foundation
import Testing

@testable import FERModels

@Suite struct TrainingAugmentationTests {
  private func pixels(
    _ augmentation: TrainingAugmentation, _ image: RGBImage, seed: UInt64 = 1, epoch: Int = 0, batch: Int = 0,
    index: Int = 0
  ) -> [Float] {
    var result = [Float](repeating: .nan, count: 3 * augmentation.size * augmentation.size)
    var span = result.mutableSpan
    augmentation.write(image, seed: seed, epoch: epoch, batch: batch, index: index, into: &span)
    return result
  }

  private func pixels(_ augmentation: TrainingAugmentation, _ image: RGBImage, as draw: AugmentationDraw) -> [Float] {
    var result = [Float](repeating: .nan, count: 3 * augmentation.size * augmentation.size)
    var span = result.mutableSpan
    augmentation.write(image, as: draw, into: &span)
    return result
  }

  @Test func defaultsAreThePublishedProtocol() {
    let paper = TrainingAugmentation()
    #expect(paper.size == 224 && paper.shortSides == [224, 240, 256, 288])
    #expect(paper.scaleChoice == .perBatch && paper.flipProbability == 0.5)
    #expect(paper.erasing == RandomErasing(probability: 0.5, area: 0.02...0.25, aspectRatio: 0.3...3.3))
    #expect(TrainingAugmentation(size: 112).shortSides == [112, 120, 128, 144])
    #expect(TrainingAugmentation(size: 48).shortSides == [48, 51, 55, 62])
  }

  @Test func chanceIsAFunctionOfSeedEpochAndIndex() {
    let image = PictureFixtures.pattern(width: 60, height: 50)
    let augmentation = TrainingAugmentation(size: 32)
    let once = pixels(augmentation, image, seed: 3, epoch: 2, batch: 1, index: 7)
    _ = pixels(augmentation, image, seed: 9, epoch: 9, batch: 9, index: 9)
    #expect(pixels(augmentation, image, seed: 3, epoch: 2, batch: 1, index: 7) == once)
    #expect(pixels(augmentation, image, seed: 4, epoch: 2, batch: 1, index: 7) != once)
    #expect(pixels(augmentation, image, seed: 3, epoch: 3, batch: 1, index: 7) != once)
    #expect(pixels(augmentation, image, seed: 3, epoch: 2, batch: 1, index: 8) != once)
    #expect(once.allSatisfy { $0.isFinite })
  }

  @Test func theScaleBelongsToTheBatchOrToThePicture() {
    let batches = TrainingAugmentation(size: 32, shortSides: [32, 40, 50])
    let scales = (0..<60).map { batches.shortSide(seed: 1, epoch: 0, batch: $0) }
    #expect(Set(scales) == [32, 40, 50])
    #expect(scales != (0..<60).map { batches.shortSide(seed: 1, epoch: 1, batch: $0) })
    #expect(scales == (0..<60).map { batches.shortSide(seed: 1, epoch: 0, batch: $0) })
    let pictures = TrainingAugmentation(size: 32, shortSides: [32, 40, 50], scaleChoice: .perPicture)
    let image = PictureFixtures.pattern(width: 60, height: 50)
    for index in 0..<20 {
      #expect(pixels(pictures, image, batch: 0, index: index) == pixels(pictures, image, batch: 5, index: index))
    }
    var generator = SeededGenerator(seed: 2)
    let drawn = (0..<60).map { _ in pictures.draw(width: 60, height: 50, using: &generator).scaledHeight }
    #expect(Set(drawn) == [32, 40, 50])
  }

  @Test(arguments: [(48, 48), (100, 100), (61, 100), (200, 33), (5, 9), (1, 1)])
  func drawsLieInsideTheScaledPicture(width: Int, height: Int) {
    let augmentation = TrainingAugmentation(size: 40)
    var generator = SeededGenerator(seed: 11, stream: UInt64(width))
    var flips = 0
    for _ in 0..<1000 {
      let draw = augmentation.draw(width: width, height: height, using: &generator)
      #expect(augmentation.shortSides.contains(min(draw.scaledWidth, draw.scaledHeight)))
      #expect((0...(draw.scaledWidth - 40)).contains(draw.left) && (0...(draw.scaledHeight - 40)).contains(draw.top))
      // The long side is rounded down.
      let exact =
        Double(max(width, height)) / Double(min(width, height)) * Double(min(draw.scaledWidth, draw.scaledHeight))
      #expect(abs(Double(max(draw.scaledWidth, draw.scaledHeight)) - exact) < 1)
      if let erased = draw.erased { #expect(erased.lies(inside: 40, 40)) }
      flips += draw.isFlipped ? 1 : 0
    }
    #expect((435...565).contains(flips))  // 4 standard deviations
  }

  @Test func aDrawResizesCropsFlipsNormalizesAndErases() {
    let image = PictureFixtures.pattern(width: 30, height: 20)
    let augmentation = TrainingAugmentation(size: 24, normalization: .rafDB)
    let erased = PixelRectangle(left: 3, top: 5, width: 6, height: 4)
    let draw = AugmentationDraw(scaledWidth: 45, scaledHeight: 30, left: 9, top: 2, isFlipped: true, erased: erased)
    let result = pixels(augmentation, image, as: draw)
    let crop = image.resized(width: 45, height: 30)
      .cropped(to: PixelRectangle(left: 9, top: 2, width: 24, height: 24)).mirrored()
    for row in 0..<24 {
      for column in 0..<24 {
        for channel in 0..<3 {
          let place = 3 * (row * 24 + column) + channel
          let level = Float(crop.pixels[place]) / 255
          let value = (level - PixelNormalization.rafDB.mean[channel]) / PixelNormalization.rafDB.deviation[channel]
          let isErased = erased.columns.contains(column) && erased.rows.contains(row)
          #expect(result[place] == (isErased ? 0 : value))
        }
      }
    }
  }

  @Test func settingsComeBackFromJSON() throws {
    let settings = TrainingAugmentation(
      size: 48, shortSides: [48, 60], scaleChoice: .perPicture, flipProbability: 0.25, erasing: nil,
      normalization: .rafDB)
    for augmentation in [TrainingAugmentation(), settings] {
      let data = try JSONEncoder().encode(augmentation)
      #expect(try JSONDecoder().decode(TrainingAugmentation.self, from: data) == augmentation)
    }
    let text = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
    let broken = text.replacingOccurrences(of: "[48,60]", with: "[40]")
    #expect(broken != text)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(TrainingAugmentation.self, from: Data(broken.utf8))
    }
  }

  @Test func callersMistakesStop() async {
    await #expect(processExitsWith: .failure) { _ = TrainingAugmentation(size: 64, shortSides: [63]) }
    await #expect(processExitsWith: .failure) { _ = TrainingAugmentation(flipProbability: -0.1) }
    await #expect(processExitsWith: .failure) {
      var pixels = [Float](repeating: 0, count: 10)
      var span = pixels.mutableSpan
      let image = RGBImage(width: 2, height: 2, red: 0, green: 0, blue: 0)
      TrainingAugmentation(size: 8).write(image, seed: 0, epoch: 0, batch: 0, index: 0, into: &span)
    }
  }
}
