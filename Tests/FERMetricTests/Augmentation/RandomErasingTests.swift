import FERMetric
import Foundation
import Testing

@testable import FERModels

@Suite struct RandomErasingTests {
  @Test(arguments: [7, 48, 112, 224])
  func rectanglesKeepTheirBounds(size: Int) {
    let erasing = RandomErasing(probability: 1)
    var generator = SeededGenerator(seed: 5, stream: UInt64(size))
    var drawn = 0
    for _ in 0..<2000 {
      guard let rectangle = erasing.draw(size: size, using: &generator) else { continue }
      drawn += 1
      #expect(rectangle.lies(inside: size, size))
      // Sides are rounded: the unrounded rectangle lies within half a pixel of each.
      let (height, width) = (Double(rectangle.height), Double(rectangle.width))
      let total = Double(size * size)
      #expect(
        (height - 0.5) * (width - 0.5) <= 0.25 * total + 1e-9 && (height + 0.5) * (width + 0.5) >= 0.02 * total - 1e-9)
      #expect((height - 0.5) / (width + 0.5) <= 3.3 && (height + 0.5) / (width - 0.5) >= 0.3)
    }
    #expect(drawn > 1990)
  }

  @Test func theProbabilityIsKept() {
    var generator = SeededGenerator(seed: 6)
    let half = RandomErasing(probability: 0.5)
    let count = (0..<4000).count { _ in half.draw(size: 64, using: &generator) != nil }
    #expect((1870...2130).contains(count))  // 4 standard deviations
    let never = RandomErasing(probability: 0)
    #expect((0..<100).allSatisfy { _ in never.draw(size: 64, using: &generator) == nil })
  }

  @Test func drawsSpreadOverAreaRatioAndPlace() {
    var generator = SeededGenerator(seed: 7)
    let erasing = RandomErasing(probability: 1)
    let rectangles = (0..<2000).compactMap { _ in erasing.draw(size: 200, using: &generator) }
    let areas = rectangles.map { Double($0.area) / 40_000 }
    let mean = areas.reduce(0, +) / Double(areas.count)
    #expect((0.127...0.143).contains(mean))
    let upright = rectangles.count { $0.height > $0.width }
    #expect((900...1100).contains(upright))  // log-uniform: as many upright as lying
    #expect(rectangles.contains { $0.left == 0 } && rectangles.contains { $0.left + $0.width == 200 })
    #expect(rectangles.contains { $0.top == 0 } && rectangles.contains { $0.top + $0.height == 200 })
  }

  @Test func whatFitsNowhereIsNotDrawn() {
    var generator = SeededGenerator(seed: 8)
    let all = RandomErasing(probability: 1, area: 1...1)
    #expect(all.draw(size: 32, using: &generator) == nil)
    #expect(RandomErasing(probability: 1).draw(size: 1, using: &generator) == nil)
  }

  @Test func nonsenseIsRefused() async throws {
    await #expect(processExitsWith: .failure) { _ = RandomErasing(probability: 1.5) }
    await #expect(processExitsWith: .failure) { _ = RandomErasing(area: 0.5...1.5) }
    await #expect(processExitsWith: .failure) { _ = RandomErasing(aspectRatio: 0...1) }
    let text = #"{"probability": 2, "area": [0.1, 0.2], "aspectRatio": [0.5, 2]}"#
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(RandomErasing.self, from: Data(text.utf8)) }
  }
}
