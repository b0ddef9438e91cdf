import FERMetric

/// A data source of one's own: noisy stripes, whose direction is the class.
struct Stripes {
  let classes = 4
  let size = 32
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Draws a batch of normalized pictures [count, size, size, 3] and their labels.
  mutating func batch(_ count: Int) -> (pictures: Tensor<Float>, labels: [Int]) {
    var pixels: [Float] = []
    pixels.reserveCapacity(count * size * size * 3)
    let labels = (0..<count).map { $0 % classes }
    for label in labels {
      let phase = generator.next(below: 8)
      for row in 0..<size {
        for column in 0..<size {
          let position = [row, column, row + column, row - column + size][label]
          let level: Float = (position + phase) % 8 < 4 ? 1 : -1
          for _ in 0..<3 { pixels.append(level + Float(generator.nextNormal())) }
        }
      }
    }
    return (Tensor(pixels, shape: [count, size, size, 3]), labels)
  }
}
