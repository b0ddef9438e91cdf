import Testing

@testable import FERModels

@Suite struct RGBImageTests {
  @Test func pixelsLieInRowsOfInterleavedChannels() {
    let image = RGBImage(width: 2, height: 2, pixels: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    #expect(image[0, 0] == (1, 2, 3))
    #expect(image[1, 0] == (4, 5, 6))
    #expect(image[0, 1] == (7, 8, 9))
    var changed = image
    changed[1, 1] = (20, 21, 22)
    #expect(changed.pixels == [1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21, 22])
    #expect(image[1, 1] == (10, 11, 12))
  }

  @Test func oneColorAndGray() {
    #expect(RGBImage(width: 2, height: 1, red: 9, green: 8, blue: 7).pixels == [9, 8, 7, 9, 8, 7])
    #expect(RGBImage(width: 1, height: 2, red: 5, green: 5, blue: 5).pixels == [5, 5, 5, 5, 5, 5])
    #expect(RGBImage(width: 2, height: 1, gray: [3, 200]).pixels == [3, 3, 3, 200, 200, 200])
  }

  @Test func croppingTakesARectangle() {
    let image = PictureFixtures.pattern(width: 5, height: 4)
    let part = image.cropped(to: PixelRectangle(left: 1, top: 2, width: 3, height: 2))
    #expect(part.width == 3 && part.height == 2)
    for row in 0..<2 {
      for column in 0..<3 { #expect(part[column, row] == image[column + 1, row + 2]) }
    }
  }

  @Test func orientationsMoveTheCorners() {
    // a b      Where the stored corners a, b, c, d are shown, row by row.
    // c d
    let image = RGBImage(width: 2, height: 2, gray: [1, 2, 3, 4])
    let shown: [[UInt8]] = [
      [1, 2, 3, 4], [2, 1, 4, 3], [4, 3, 2, 1], [3, 4, 1, 2], [1, 3, 2, 4], [3, 1, 4, 2], [4, 2, 3, 1], [2, 4, 1, 3],
    ]
    for orientation in 1...8 {
      #expect(image.oriented(by: orientation) == RGBImage(width: 2, height: 2, gray: shown[orientation - 1]))
    }
    #expect(image.mirrored() == RGBImage(width: 2, height: 2, gray: [2, 1, 4, 3]))
  }

  @Test func orientationsHaveInverses() {
    let image = PictureFixtures.pattern(width: 5, height: 3)
    let inverses = [1, 2, 3, 4, 5, 8, 7, 6]
    for orientation in 1...8 {
      let turned = image.oriented(by: orientation)
      #expect(turned.width == (orientation < 5 ? 5 : 3))
      #expect(turned.oriented(by: inverses[orientation - 1]) == image)
    }
  }

  @Test func callersMistakesStop() async {
    await #expect(processExitsWith: .failure) { _ = RGBImage(width: 2, height: 2, pixels: [1, 2, 3]) }
    await #expect(processExitsWith: .failure) { _ = RGBImage(width: 0, height: 2, pixels: []) }
    await #expect(processExitsWith: .failure) {
      _ = RGBImage(width: 2, height: 2, red: 0, green: 0, blue: 0)
        .cropped(to: PixelRectangle(left: 1, top: 0, width: 2, height: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = RGBImage(width: 2, height: 2, red: 0, green: 0, blue: 0).oriented(by: 9)
    }
  }
}
