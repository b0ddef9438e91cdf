import FERMetric
import Testing

@Suite struct FocalLossTests {
  private struct Settings: Decodable { let focus, smoothing: Double, samples: Bool }

  private func compare<Scalar: TensorScalar>(_: Scalar.Type, within tolerance: Double) throws {
    let golden = try GoldenCases<Settings>("Imbalance/imbalance.safetensors")
    #expect(golden.settings.count == 18)
    for (name, settings) in golden.settings {
      let logits: Tensor<Scalar> = try golden.tensor(name + ".logits")
      let weights: Tensor<Scalar>? = try golden.tensorIfPresent(name + ".weights")
      let loss = FocalLoss(
        focus: settings.focus, classWeights: weights?.array, labelSmoothing: settings.smoothing,
        denominator: settings.samples ? .samples : .weights)
      var gradient = Tensor<Scalar>(zeros: logits.shape)
      var sink = gradient.mutableMatrix
      let value, alone: Scalar
      if let targets: Tensor<Scalar> = try golden.tensorIfPresent(name + ".targets") {
        value = try loss(logits.matrix, targets: targets.matrix, accumulatingInto: &sink)
        alone = try loss.value(logits.matrix, targets: targets.matrix)
      } else {
        let labels = try golden.integers(name + ".labels")
        value = try loss(logits.matrix, labels: labels.span, accumulatingInto: &sink)
        alone = try loss.value(logits.matrix, labels: labels.span)
      }
      #expect(alone == value)
      try golden.expect([value], equals: name + ".value", within: tolerance)
      try golden.expect(gradient.array, equals: name + ".gradient", within: tolerance)
    }
  }

  @Test func equalsTorchInDouble() throws { try compare(Double.self, within: 1e-9) }
  @Test func equalsTorchInFloat() throws { try compare(Float.self, within: 1e-5) }

  @Test(arguments: [0.0, 0.3, 1, 2, 4.5]) func gradientEqualsDifferenceQuotient(_ focus: Double) throws {
    var generator = SeededGenerator(seed: 8)
    let logits = Tensor<Double>.normal([5, 4], &generator)
    let labels = [0, 3, 1, 1, 2]
    for loss in [
      FocalLoss<Double>(focus: focus), FocalLoss(focus: focus, labelSmoothing: 0.1),
      FocalLoss(focus: focus, classWeights: [1, 0, 2, 0.5], labelSmoothing: 0.3, denominator: .samples),
    ] {
      var gradient = Tensor<Double>(repeating: 3, shape: [5, 4])
      var sink = gradient.mutableMatrix
      _ = try loss(logits.matrix, labels: labels.span, weight: 0.5, accumulatingInto: &sink)
      let quotients = try centralDifferences(at: logits) { try 0.5 * loss.value($0.matrix, labels: labels.span) }
      #expect(largestDifference(gradient.array.map { $0 - 3 }, quotients) < 1e-9)
    }
  }

  @Test func withoutFocusItIsCrossEntropy() throws {
    var generator = SeededGenerator(seed: 9)
    let logits = Tensor<Double>.normal([9, 5], &generator)
    let labels = (0..<9).map { _ in generator.next(below: 5) }
    let included = (0..<9).map { $0 != 4 }
    let weights = [0.5, 2, 1, 0, 3]
    let losses: [any ClassificationLoss<Double>] = [
      FocalLoss(focus: 0, classWeights: weights, labelSmoothing: 0.1),
      SoftmaxCrossEntropy(classWeights: weights, labelSmoothing: 0.1),
    ]
    var gradients = losses.map { _ in Tensor<Double>(zeros: [9, 5]) }
    var values: [Double] = []
    for (i, loss) in losses.enumerated() {
      var sink = gradients[i].mutableMatrix
      values.append(
        try loss(logits.matrix, labels: labels.span, included: included.span, weight: 2, accumulatingInto: &sink))
      #expect(try loss.value(logits.matrix, labels: labels.span, included: included.span) == values[i])
    }
    #expect((values[0] - values[1]).magnitude < 1e-14)
    #expect(largestDifference(gradients[0].array, gradients[1].array) < 1e-14)
  }

  @Test func certainAndHugeLogitsStayFinite() throws {
    for focus in [0.0, 0.25, 0.5, 1, 2, 7] {
      let loss = FocalLoss<Float>(focus: focus)
      for x in [0, 1, 20, 90, 1e4, 3e38] as [Float] {
        let logits = Tensor<Float>([x, -x, 0, -x, x, 0], shape: [2, 3])
        for labels in [[0, 1], [1, 0]] {
          var gradient = Tensor<Float>(zeros: [2, 3])
          var sink = gradient.mutableMatrix
          let value = try loss(logits.matrix, labels: labels.span, accumulatingInto: &sink)
          #expect(value >= 0 && (value.isFinite || x > 1e38 && labels[0] == 1), "\(focus) \(x)")
          #expect(gradient.isFinite, "\(focus) \(x)")
          #expect(gradient.array.allSatisfy { $0.magnitude <= 1 + Float(focus) })
          if x >= 90 && labels[0] == 0 { #expect(value <= 1e-30 && gradient.array.allSatisfy { $0.magnitude <= 1e-8 }) }
        }
      }
    }
  }

  @Test func fadesWithCertaintyAndIsInvariant() throws {
    var generator = SeededGenerator(seed: 10)
    let logits = Tensor<Double>.normal([6, 3], &generator)
    let labels = [0, 1, 2, 2, 1, 0]
    var last = Double.infinity
    for focus in [0.0, 0.5, 1, 2, 4] {
      let value = try FocalLoss<Double>(focus: focus).value(logits.matrix, labels: labels.span)
      #expect(value >= 0 && value < last)
      last = value
    }
    let loss = FocalLoss<Double>(focus: 2, classWeights: [1, 2, 3])
    let order = [4, 1, 5, 0, 3, 2]
    let permuted = Tensor(concatenating: order.map { logits[rows: $0..<$0 + 1] })
    let moved = order.map { labels[$0] }
    let twice = Tensor(concatenating: [logits, logits])
    let doubled = labels + labels
    let value = try loss.value(logits.matrix, labels: labels.span)
    #expect((try loss.value(permuted.matrix, labels: moved.span) - value).magnitude < 1e-15)
    #expect((try loss.value(twice.matrix, labels: doubled.span) - value).magnitude < 1e-15)
  }

  @Test func lenientRowsLeaveTheMean() throws {
    let labels = [0, 1]
    let logits = Tensor<Double>([1, 2, .nan, 0], shape: [2, 2])
    let one = [0]
    let expected = try FocalLoss<Double>().value(logits[rows: 0..<1].matrix, labels: one.span)
    #expect(try FocalLoss<Double>(nonFinite: .lenient).value(logits.matrix, labels: labels.span) == expected)
    var gradient = Tensor<Double>(zeros: [2, 2])
    var sink = gradient.mutableMatrix
    #expect(throws: MetricError.nonFinite(.logits, row: 1, column: 0)) {
      try FocalLoss<Double>()(logits.matrix, labels: labels.span, accumulatingInto: &sink)
    }
    #expect(gradient.array == [0, 0, 0, 0])
    #expect(try FocalLoss<Double>().value(Tensor<Double>(zeros: [0, 3]).matrix, labels: [Int]().span) == 0)
  }

  @Test func servesInTheJointObjective() throws {
    let batch = TensorBatch<Double>(
      embeddings: Tensor([0.5, -1, 2, 0.1], shape: [2, 2]), labels: [0, 1],
      centers: Tensor([0, 0, 1, -1], shape: [2, 2]))
    let logits = Tensor<Double>([1, 0, 2, 0.5], shape: [2, 2])
    let loss = FocalLoss<Double>(focus: 2)
    var objective = JointObjective(classification: loss, metric: TripletCenterLoss<Double>.tc3l(), lambda: 0.1)
    var (gradients, byLogits) = (TensorGradients(zerosFor: batch), Tensor<Double>(zeros: [2, 2]))
    let value = try batch.withViews { views in
      try gradients.withViews { sinks in
        var sink = byLogits.mutableMatrix
        return try objective(logits.matrix, views, logitGradient: &sink, gradients: &sinks)
      }
    }
    var expected = Tensor<Double>(zeros: [2, 2])
    var sink = expected.mutableMatrix
    #expect(try loss(logits.matrix, labels: batch.labels.span, accumulatingInto: &sink) == value.crossEntropy)
    #expect(byLogits == expected)
  }

  @Test func impossibleOptionsTrap() async {
    await #expect(processExitsWith: .failure) { _ = FocalLoss<Float>(focus: -1) }
    await #expect(processExitsWith: .failure) { _ = FocalLoss<Float>(classWeights: [1, .nan]) }
    await #expect(processExitsWith: .failure) { _ = FocalLoss<Float>(labelSmoothing: 1) }
    await #expect(processExitsWith: .failure) {
      let labels = [3]
      _ = try FocalLoss<Float>().value(Tensor<Float>(zeros: [1, 3]).matrix, labels: labels.span)
    }
  }
}
