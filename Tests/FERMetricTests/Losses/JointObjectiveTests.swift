import FERMetric
import Testing

@Suite struct JointObjectiveTests {
  private let logits = Tensor<Double>([0.3, -1, 2, 0.1, 0, -0.7, 1, 1, -2], shape: [3, 3])

  private func batch(_ inclusion: Tensor<Double>) -> TensorBatch<Double> {
    TensorBatch(
      embeddings: Tensor([0.5, -1, 2, 0.1, 0, -0.7], shape: [3, 2]), labels: [0, 2, 1],
      centers: Tensor([0, 0, 1, -1, 0.4, 2], shape: [3, 2]), inclusion: inclusion)
  }

  @Test(
    arguments: [
      AttentionRegularizer.none, .meanNormalized, .penalty(strength: 0.1, target: 0.5),
      .penalty(strength: 2, target: 0.1),
    ], MarginGradient.allCases)
  func inclusionGradientEqualsDifferenceQuotient(_ regularizer: AttentionRegularizer, _ margin: MarginGradient) throws {
    let weights = Tensor<Double>([0.2, 0.9, 0.5, 0.8, 0.3, 0.6], shape: [3, 2])
    // The detached margin is no function of the weights; a constant one of the same size takes its place.
    let metric = TripletCenterLoss<Double>(
      margin: margin == .attached ? .adaptive(gradient: .attached) : .constant(1.5))
    var objective = JointObjective(metric: metric, lambda: 0.3, regularizer: regularizer)
    var gradients = TensorGradients(zerosFor: batch(weights))
    gradients.inclusion = Tensor(repeating: 7, shape: [3, 2])
    var logitGradient = Tensor<Double>(zeros: [3, 3])
    let total = try batch(weights).withViews { views in
      try gradients.withViews { sinks in
        var sink = logitGradient.mutableMatrix
        return try objective(logits.matrix, views, logitGradient: &sink, gradients: &sinks)
      }
    }
    let frozen = objective
    func value(_ weights: Tensor<Double>) throws -> JointValue<Double> {
      try batch(weights).withViews { try frozen.value(logits.matrix, $0) }
    }
    #expect(try value(weights) == total)
    let quotients = try centralDifferences(at: weights) { try value($0).total }
    #expect(largestDifference(gradients.inclusion!.array.map { $0 - 7 }, quotients) < 1e-8)
  }

  @Test func nothingIsAddedWhenAPartFails() throws {
    var objective = JointObjective<Double>.paper
    var poisoned = batch(Tensor(repeating: 1, shape: [3, 2]))
    poisoned.predictions = [0, 0, 0]
    poisoned.embeddings[1, 1] = .nan
    var gradients = TensorGradients(zerosFor: poisoned)
    var logitGradient = Tensor<Double>(zeros: [3, 3])
    var badLogits = logits
    badLogits[2, 0] = .infinity
    func run(_ logits: Tensor<Double>, _ batch: TensorBatch<Double>) throws {
      _ = try batch.withViews { views in
        try gradients.withViews { sinks in
          var sink = logitGradient.mutableMatrix
          return try objective(logits.matrix, views, logitGradient: &sink, gradients: &sinks)
        }
      }
    }
    #expect(throws: MetricError.nonFinite(.embeddings, row: 1, column: 1)) { try run(logits, poisoned) }
    poisoned.embeddings[1, 1] = 0
    #expect(throws: MetricError.nonFinite(.logits, row: 2, column: 0)) { try run(badLogits, poisoned) }
    #expect(gradients.embeddings!.array.allSatisfy { $0 == 0 } && logitGradient.array.allSatisfy { $0 == 0 })
    try run(logits, poisoned)
    #expect(!logitGradient.array.allSatisfy { $0 == 0 })
  }

  @Test func excludedSamplesTakeNoPart() throws {
    let weights = Tensor<Double>([0.2, 0.9, 0.5, 0.8, 0.3, 0.6], shape: [3, 2])
    func run(
      _ logits: Tensor<Double>, _ batch: TensorBatch<Double>
    ) throws -> (JointValue<Double>, TensorGradients<Double>, Tensor<Double>) {
      var objective = JointObjective<Double>(metric: TripletCenterLoss<Double>(), regularizer: .meanNormalized)
      var gradients = TensorGradients(zerosFor: batch)
      var logitGradient = Tensor<Double>(zeros: logits.shape)
      let value = try batch.withViews { views in
        try gradients.withViews { sinks in
          var sink = logitGradient.mutableMatrix
          return try objective(logits.matrix, views, logitGradient: &sink, gradients: &sinks)
        }
      }
      #expect(try batch.withViews { try objective.value(logits.matrix, $0) } == value)
      return (value, gradients, logitGradient)
    }
    func rows(_ tensor: Tensor<Double>) -> Tensor<Double> {
      Tensor(concatenating: [tensor[rows: 0..<1], tensor[rows: 2..<3]])
    }
    var part = batch(weights)
    part.included = [true, false, true]
    part.labels[1] = 99
    part.embeddings[1, 0] = .nan
    var partLogits = logits
    partLogits[1, 2] = .infinity
    var without = batch(weights)
    without = TensorBatch(
      embeddings: rows(without.embeddings), labels: [0, 1], centers: without.centers, inclusion: rows(weights))
    let (value, gradients, logitGradient) = try run(partLogits, part)
    let expected = try run(rows(logits), without)
    #expect(value == expected.0)
    #expect(gradients.centers == expected.1.centers)
    #expect(rows(gradients.inclusion!) == expected.1.inclusion)
    #expect(rows(logitGradient) == expected.2 && logitGradient[row: 1].array == [0, 0, 0])
  }

  @Test(arguments: NonFinitePolicy.allCases)
  func anInfiniteWeightLeavesTheGradientBufferAlone(_ policy: NonFinitePolicy) throws {
    var objective = JointObjective(
      metric: TripletCenterLoss<Double>(nonFinite: policy), regularizer: .meanNormalized)
    let batch = batch(Tensor([0.2, 0.9, 0.5, .infinity, 0.3, 0.6], shape: [3, 2]))
    var gradients = TensorGradients(zerosFor: batch)
    gradients.inclusion = Tensor(repeating: 7, shape: [3, 2])
    var logitGradient = Tensor<Double>(zeros: [3, 3])
    func run() throws -> JointValue<Double> {
      try batch.withViews { views in
        try gradients.withViews { sinks in
          var sink = logitGradient.mutableMatrix
          return try objective(logits.matrix, views, logitGradient: &sink, gradients: &sinks)
        }
      }
    }
    if policy == .strict {
      #expect(throws: MetricError.nonFinite(.inclusion, row: 1, column: 1)) { try run() }
      #expect(gradients.inclusion!.array == Array(repeating: 7, count: 6))
    } else {
      #expect(try run().metric?.validCount == 2)
      #expect(gradients.inclusion!.isFinite && gradients.inclusion![row: 1].array == [7, 7])
      #expect(gradients.inclusion![row: 0].array != [7, 7])
    }
  }

  @Test func crossEntropyAloneNeedsNoCenters() throws {
    var objective = JointObjective<Double>(metric: nil)
    let plain = TensorBatch<Double>(embeddings: Tensor(zeros: [3, 2]), labels: [0, 2, 1])
    var gradients = TensorGradients<Double>()
    var logitGradient = Tensor<Double>(zeros: [3, 3])
    let value = try plain.withViews { views in
      try gradients.withViews { sinks in
        var sink = logitGradient.mutableMatrix
        return try objective(logits.matrix, views, logitGradient: &sink, gradients: &sinks)
      }
    }
    #expect(value.total == value.crossEntropy && value.metric == nil)
  }
}
