import FERMetric
import Testing

@Suite struct SoftmaxCrossEntropyTests {
  @Test func gradientEqualsDifferenceQuotient() throws {
    var generator = SeededGenerator(seed: 8)
    let logits = Tensor<Double>.normal([5, 4], &generator)
    let labels = [0, 3, 1, 1, 2]
    for loss in [
      SoftmaxCrossEntropy<Double>(), SoftmaxCrossEntropy(labelSmoothing: 0.1),
      SoftmaxCrossEntropy(classWeights: [1, 0, 2, 0.5], labelSmoothing: 0.3),
    ] {
      var gradient = Tensor<Double>(zeros: [5, 4])
      var sink = gradient.mutableMatrix
      _ = try loss(logits.matrix, labels: labels.span, weight: 0.5, accumulatingInto: &sink)
      let quotients = try centralDifferences(at: logits) { try 0.5 * loss.value($0.matrix, labels: labels.span) }
      #expect(largestDifference(gradient.array, quotients) < 1e-9)
    }
  }

  @Test func hugeLogitsStayFinite() throws {
    let logits = Tensor<Float>([3e38, -3e38, 0, -3e38, 3e38, 0], shape: [2, 3])
    let labels = [0, 1]
    var gradient = Tensor<Float>(zeros: [2, 3])
    var sink = gradient.mutableMatrix
    let value = try SoftmaxCrossEntropy<Float>()(logits.matrix, labels: labels.span, accumulatingInto: &sink)
    #expect(value == 0)
    #expect(gradient.array.allSatisfy { $0 == 0 })
  }

  @Test func lenientRowsLeaveTheMean() throws {
    let labels = [0, 1]
    let logits = Tensor<Double>([1, 2, .nan, 0], shape: [2, 2])
    let one = [0]
    let expected = try SoftmaxCrossEntropy<Double>().value(logits[rows: 0..<1].matrix, labels: one.span)
    let lenient = SoftmaxCrossEntropy<Double>(nonFinite: .lenient)
    #expect(try lenient.value(logits.matrix, labels: labels.span) == expected)
    #expect(throws: MetricError.nonFinite(.logits, row: 1, column: 0)) {
      try SoftmaxCrossEntropy<Double>().value(logits.matrix, labels: labels.span)
    }
  }

  @Test func logitsWithoutClassesTrap() async {
    await #expect(processExitsWith: .failure) {
      let none = Tensor<Float>(zeros: [1, 0])
      _ = try SoftmaxCrossEntropy<Float>().value(none.matrix, targets: none.matrix)
    }
  }

  @Test func labelOutOfRangeTraps() async {
    await #expect(processExitsWith: .failure) {
      let logits = Tensor<Float>(zeros: [1, 3])
      let labels = [3]
      _ = try SoftmaxCrossEntropy<Float>().value(logits.matrix, labels: labels.span)
    }
  }
}
