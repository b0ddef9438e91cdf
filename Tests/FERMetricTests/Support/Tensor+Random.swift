import FERMetric

extension Tensor {
  /// Normal deviates.
  static func normal(_ shape: Shape, _ generator: inout SeededGenerator) -> Tensor {
    Tensor((0..<shape.elementCount).map { _ in Scalar(generator.nextNormal()) }, shape: shape)
  }

  /// Draws from a range.
  static func uniform(_ shape: Shape, in range: ClosedRange<Double>, _ generator: inout SeededGenerator) -> Tensor {
    Tensor((0..<shape.elementCount).map { _ in Scalar(generator.nextUniform(in: range)) }, shape: shape)
  }

  /// The identity matrix.
  static func identity(_ order: Int) -> Tensor {
    var result = Tensor(zeros: [order, order])
    for i in 0..<order { result[i, i] = 1 }
    return result
  }
}

extension BinaryFloatingPoint {
  /// Whether two numbers differ by at most `relative` of the larger.
  func isApproximately(_ other: Self, relative: Self) -> Bool {
    (self - other).magnitude <= relative * Swift.max(magnitude, other.magnitude)
  }
}
