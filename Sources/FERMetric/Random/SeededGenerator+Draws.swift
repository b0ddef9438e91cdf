extension SeededGenerator {
  /// Draws a number uniformly from 0..<1, in steps of 2⁻⁵³.
  public mutating func nextUniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Draws a number uniformly from `range`, its upper bound excluded up to rounding.
  public mutating func nextUniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * nextUniform()
  }

  /// Draws an integer uniformly from `0..<bound`, without bias.
  ///
  /// - Precondition: `bound` is positive.
  /// - SeeAlso: D. Lemire, *Fast random integer generation in an interval*, ACM TOMACS 29, 2019.
  public mutating func next(below bound: Int) -> Int {
    precondition(bound > 0, "a draw needs a positive bound, not \(bound)")
    let width = UInt64(bound)
    var product = next().multipliedFullWidth(by: width)
    if product.low < width {
      let threshold = (0 &- width) % width
      while product.low < threshold { product = next().multipliedFullWidth(by: width) }
    }
    return Int(product.high)
  }

  /// Draws from the normal distribution of mean 0 and deviation 1 by Marsaglia's polar method.
  ///
  /// The second deviate of a pair is discarded, so that the state alone determines what follows.
  public mutating func nextNormal() -> Double {
    while true {
      let u = 2 * nextUniform() - 1
      let v = 2 * nextUniform() - 1
      let square = u * u + v * v
      if square > 0 && square < 1 { return u * (-2 * Self.logarithm(square) / square).squareRoot() }
    }
  }

  /// Shuffles `elements` by Fisher and Yates, from the last place to the first.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, next(below: last + 1))
    }
  }
}
