import FERMetric
import Testing

@testable import FERModels

/// What the drawing shows, apart from its bytes.
@Suite struct FaceRendererTests {
  /// The same person in the same light with an expression.
  private func portrait(_ expression: FacialExpression, index: Int = 0, size: Int = 64) -> RGBImage {
    SyntheticFaces(seed: 5, trainCount: 7, testCount: 7, size: size, difficulty: .low)
      .image(of: expression, person: 3 + index, stream: 0, index: index)
  }

  @Test func eachPairOfExpressionsDiffers() {
    for index in 0..<3 {
      let portraits = FacialExpression.allCases.map { portrait($0, index: index) }
      for first in portraits.indices {
        for second in portraits.indices where first < second {
          let changed = zip(portraits[first].pixels, portraits[second].pixels)
            .count { max($0, $1) - min($0, $1) > 24 }
          #expect(changed * 100 > 12_288, "\(first) and \(second) differ in less than one level of a hundred")
        }
      }
    }
  }

  @Test func expressionsChangeTheFaceAndNotItsSurroundings() {
    let neutral = portrait(.neutral)
    for expression in FacialExpression.allCases {
      let other = portrait(expression)
      for row in 0..<64 {
        #expect(neutral[0, row] == other[0, row])
        #expect(neutral[63, row] == other[63, row])
      }
    }
  }

  @Test func picturesUseTheRangeOfLevels() {
    let faces = SyntheticFaces(seed: 2, trainCount: 70, testCount: 7)
    for index in 0..<70 {
      let pixels = faces.image(at: index, in: .train).pixels.map(Double.init)
      let mean = pixels.reduce(0, +) / Double(pixels.count)
      let variance = pixels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(pixels.count)
      #expect((20...235).contains(mean))
      #expect(variance > 100)
    }
  }

  @Test func aSceneIsTheSameAtAnySize() {
    // Averaged over 8 × 8 blocks, a picture of 128 pixels and one of 64 show the same, apart from noise and edges.
    let small = portrait(.surprise, size: 64)
    let large = portrait(.surprise, size: 128)
    func blocks(_ image: RGBImage) -> [Double] {
      let edge = image.width / 8
      return (0..<64).map { block in
        var sum = 0.0
        for row in 0..<edge {
          for column in 0..<edge {
            sum += Double(image[block % 8 * edge + column, block / 8 * edge + row].green)
          }
        }
        return sum / Double(edge * edge)
      }
    }
    for (a, b) in zip(blocks(small), blocks(large)) {
      #expect(abs(a - b) < 6)
    }
  }

  @Test func prototypesFollowTheCodingSystem() {
    for prototype in FacialExpression.happiness.prototypes {
      #expect(prototype[.cheekRaiser] > 0.5 && prototype[.lipCornerPuller] > 0.5)
    }
    for prototype in FacialExpression.surprise.prototypes {
      #expect(prototype[.innerBrowRaiser] > 0.5 && prototype[.outerBrowRaiser] > 0.5 && prototype[.jawDrop] > 0.5)
    }
    for prototype in FacialExpression.anger.prototypes {
      #expect(prototype[.browLowerer] > 0.5 && prototype[.lipTightener] > 0.5)
    }
    #expect(FacialExpression.neutral.prototypes == [[:]])
  }
}
