import Testing

@testable import FERMetric

/// Choices among the cosines of a row, against the obvious loop.
@Suite struct CosineKernelTests {
  private func compare<Scalar: TensorScalar>(_: Scalar.Type, classes: Int, members: Int) {
    var generator = SeededGenerator(seed: 84, stream: UInt64(classes * members))
    let cosines = Tensor<Scalar>.uniform([9, classes * members], in: -1...1, &generator)
    let labels = (0..<9).map { _ in generator.next(below: classes) }
    let (own, other) = Scalar.metricKernels.nearestCosines(cosines.matrix, labels: labels.span, members: members)
    for i in 0..<9 {
      let row = (0..<classes * members).map { cosines[i, $0] }
      let range = labels[i] * members..<(labels[i] + 1) * members
      #expect(own[i] == row[range].max())
      #expect(other[i] == (row[..<range.lowerBound] + row[range.upperBound...]).max() ?? -1)
    }
  }

  @Test(arguments: [1, 2, 7, 8, 33], [1, 2, 5, 10, 16]) func nearestCosines(classes: Int, members: Int) {
    compare(Float.self, classes: classes, members: members)
    compare(Double.self, classes: classes, members: members)
  }
}
