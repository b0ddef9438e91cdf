internal import FERMetric

/// What a sequence of random numbers decides; each decision has sequences of its own.
enum FaceDrawing: UInt64 {
  /// The order of the classes.
  case order
  /// Who is in a picture.
  case person
  /// The looks of a person.
  case traits
  /// How an expression is displayed.
  case display
  /// View, light, background and occlusion.
  case scene
}

/// Draws of single precision, exact on every platform.
extension SeededGenerator {
  /// The generator of one decision for the numbered split, person or picture.
  init(seed: UInt64, drawing: FaceDrawing, _ first: UInt64, _ second: UInt64 = 0) {
    self.init(seed: seed, stream: drawing.rawValue, first, second)
  }

  /// A number spread evenly over a range, in steps of 2⁻²⁴ of its width.
  mutating func nextFloat(in range: ClosedRange<Float> = 0...1) -> Float {
    range.lowerBound + Float(next() >> 40) * 0x1p-24 * (range.upperBound - range.lowerBound)
  }

  /// A number in −1…1 that is often near 0: the mean of two even ones.
  mutating func nextTent() -> Float {
    0.5 * (nextFloat(in: -1...1) + nextFloat(in: -1...1))
  }

  /// True in a share `probability` of draws.
  mutating func nextBool(probability: Float) -> Bool {
    nextFloat() < probability
  }

  /// One of a few values, each equally likely.
  mutating func nextElement<Element>(of elements: [Element]) -> Element {
    elements[next(below: elements.count)]
  }

  /// A color: independent channels, moved towards their mean by `paleness`.
  mutating func nextColor(in range: ClosedRange<Float>, paleness: Float = 0) -> FaceColor {
    let color = FaceColor(nextFloat(in: range), nextFloat(in: range), nextFloat(in: range), 0)
    let gray = FaceColor(repeating: (color.x + color.y + color.z) / 3)
    return color + paleness * (gray - color)
  }

  /// A unit vector in any direction, by rejection from the square.
  mutating func nextDirection() -> SIMD2<Float> {
    while true {
      let (x, y) = (nextFloat(in: -1...1), nextFloat(in: -1...1))
      let square = x * x + y * y
      if square > 0.01, square <= 1 {
        return SIMD2(x, y) / square.squareRoot()
      }
    }
  }
}
