import Testing

@testable import FERModels

/// Resized pictures against Pillow's, level for level.
@Suite struct ResizingTests {
  private static let boxes = [
    "box": PixelBox(left: 7, top: 3, right: 49, bottom: 44),
    "box-fraction": PixelBox(left: 7.25, top: 3.5, right: 49.75, bottom: 44.125),
  ]

  @Test(arguments: [
    "up-48-224", "up-100-224", "down-300-224", "down-much", "odd-up", "odd-down", "wider-and-lower-in-two-passes",
    "one-pixel", "to-one-pixel", "one-axis", "box",
    "box-fraction", "stripes",
  ])
  func equalsPillow(name: String) throws {
    let source = try PictureFixtures.pixmap("resize/\(name).in.ppm")
    let expected = try PictureFixtures.pixmap("resize/\(name).out.ppm")
    let resized = source.resized(width: expected.width, height: expected.height, box: Self.boxes[name])
    #expect(resized.largestDifference(from: expected) == 0)
  }

  /// Here the Pillow that wrote the picture resamples columns before rows.
  @Test func isWithinALevelOfPillowWhateverTheOrderOfItsPasses() throws {
    let source = try PictureFixtures.pixmap("resize/wider-and-lower.in.ppm")
    let expected = try PictureFixtures.pixmap("resize/wider-and-lower.out.ppm")
    let resized = source.resized(width: expected.width, height: expected.height)
    #expect(resized.largestDifference(from: expected) <= 1)
  }

  @Test func aWindowIsAPartOfTheWhole() {
    let image = PictureFixtures.pattern(width: 23, height: 31)
    for (width, height) in [(40, 50), (11, 17), (23, 31), (23, 60)] {
      let whole = image.resized(width: width, height: height)
      for window in [
        PixelRectangle(left: 0, top: 0, width: 1, height: 1),
        PixelRectangle(left: width - 5, top: 3, width: 5, height: height - 3),
        PixelRectangle(left: 2, top: height - 4, width: 7, height: 4),
      ] {
        #expect(image.resized(width: width, height: height, window: window) == whole.cropped(to: window))
      }
    }
  }

  @Test func theSameSizeChangesNothing() {
    let image = PictureFixtures.pattern(width: 9, height: 14)
    #expect(image.resized(width: 9, height: 14) == image)
  }

  @Test func oneColorStaysThatColor() {
    for level in [0, 1, 127, 254, 255] as [UInt8] {
      let image = RGBImage(width: 29, height: 17, red: level, green: 255 - level, blue: level)
      for (width, height) in [(224, 224), (5, 3), (100, 2), (29, 18)] {
        let resized = image.resized(width: width, height: height)
        #expect(resized == RGBImage(width: width, height: height, red: level, green: 255 - level, blue: level))
      }
    }
  }

  @Test func weightsAddUpToOne() {
    for (inputs, outputs) in [(48, 224), (300, 224), (1000, 7), (3, 3), (7, 1)] {
      let axis = ResamplingAxis(
        inputCount: inputs, from: 0, to: Float(inputs), outputCount: outputs, window: 0..<outputs)
      #expect(axis.inputs == 0..<inputs)
      for output in 0..<outputs {
        let weights = axis.weights[(output * axis.taps)..<(output * axis.taps + axis.counts[output])]
        #expect(weights.allSatisfy { $0 >= 0 })
        let sum = weights.reduce(0, +)
        #expect(abs(sum - (1 << 22)) <= Int32(axis.taps))
        #expect(axis.firsts[output] >= 0 && axis.firsts[output] + axis.counts[output] <= inputs)
      }
    }
  }

  @Test func callersMistakesStop() async {
    await #expect(processExitsWith: .failure) {
      _ = RGBImage(width: 2, height: 2, red: 0, green: 0, blue: 0).resized(width: 0, height: 3)
    }
    await #expect(processExitsWith: .failure) {
      _ = RGBImage(width: 2, height: 2, red: 0, green: 0, blue: 0)
        .resized(width: 3, height: 3, box: PixelBox(left: 0, top: 0, right: 2.5, bottom: 1))
    }
  }
}
