import FERMetric
import Testing

/// Softmax cross-entropy against PyTorch's own in double precision.
@Suite struct SoftmaxCrossEntropyGoldenTests {
  private struct Settings: Decodable {
    let batch: String
    let smoothing: Double
    let isWeighted, isSoft: Bool
  }

  private func compare<Scalar: TensorScalar>(_: Scalar.Type, within tolerance: Double) throws {
    let golden = try GoldenCases<Settings>("CrossEntropy/crossEntropy.safetensors")
    #expect(golden.settings.count == 58)
    for (name, settings) in golden.settings {
      let logits: Tensor<Scalar> = try golden.tensor(settings.batch + ".logits")
      let weights: Tensor<Scalar> = try golden.tensor(settings.batch + ".weights")
      let labels = try golden.integers(settings.batch + ".labels")
      let loss = SoftmaxCrossEntropy<Scalar>(
        classWeights: settings.isWeighted ? weights.array : nil, labelSmoothing: settings.smoothing)
      var gradient = Tensor<Scalar>(zeros: logits.shape)
      var sink = gradient.mutableMatrix
      let value, alone: Scalar
      if settings.isSoft {
        let targets: Tensor<Scalar> = try golden.tensor(settings.batch + ".targets")
        value = try loss(logits.matrix, targets: targets.matrix, accumulatingInto: &sink)
        alone = try loss.value(logits.matrix, targets: targets.matrix)
      } else if settings.batch == "ignored" {
        let included = labels.map { $0 >= 0 }
        value = try loss(logits.matrix, labels: labels.span, included: included.span, accumulatingInto: &sink)
        alone = try loss.value(logits.matrix, labels: labels.span, included: included.span)
      } else {
        value = try loss(logits.matrix, labels: labels.span, accumulatingInto: &sink)
        alone = try loss.value(logits.matrix, labels: labels.span)
      }
      #expect(alone == value, "\(name)")
      try golden.expect([value], equals: name + ".value", within: tolerance)
      try golden.expect(gradient.array, equals: name + ".gradient", within: tolerance)
    }
  }

  @Test func equalsTorchInDouble() throws { try compare(Double.self, within: 1e-9) }
  @Test func equalsTorchInFloat() throws { try compare(Float.self, within: 1e-5) }

  /// PyTorch divides nothing by nothing where no row counts; here that is worth 0.
  @Test func withoutRowsThatCountItIsNothing() throws {
    let none = Tensor<Double>(zeros: [0, 3])
    let noLabels: [Int] = []
    #expect(try SoftmaxCrossEntropy<Double>().value(none.matrix, labels: noLabels.span) == 0)
    #expect(try SoftmaxCrossEntropy<Double>().value(none.matrix, targets: none.matrix) == 0)
    let logits = Tensor<Double>([1, 2, 0, -1], shape: [2, 2])
    let labels = [1, 1]
    let included = [false, false]
    for weights: [Double]? in [nil, [1, 0]] {
      let loss = SoftmaxCrossEntropy<Double>(classWeights: weights)
      var gradient = Tensor<Double>(repeating: 3, shape: [2, 2])
      var sink = gradient.mutableMatrix
      let value: Double
      if weights == nil {
        value = try loss(logits.matrix, labels: labels.span, included: included.span, accumulatingInto: &sink)
      } else {
        value = try loss(logits.matrix, labels: labels.span, accumulatingInto: &sink)
      }
      #expect(value == 0)
      #expect(gradient.array == [3, 3, 3, 3])
    }
  }
}
