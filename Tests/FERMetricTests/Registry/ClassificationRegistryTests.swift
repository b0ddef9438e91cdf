import FERMetric
import FERModels
import Testing

/// Walks the classification losses of the registry: each against its golden file and its differences, over logits.
@Suite struct ClassificationRegistryTests {
  private func compare<Scalar: TensorScalar>(_: Scalar.Type, _ name: LossName, within bound: Double) throws {
    let golden = try GoldenFile("Registry/registry.safetensors")
    let logits: Tensor<Scalar> = try golden.tensor("batch.logits")
    let labels = try golden.integers("batch.y")
    let loss = try #require(name.classificationLoss(as: Scalar.self))
    var gradient = Tensor<Scalar>(zeros: logits.shape)
    var sink = gradient.mutableMatrix
    let value = try loss(logits.matrix, labels: labels.span, included: nil, weight: 1, accumulatingInto: &sink)
    let alone = try loss.value(logits.matrix, labels: labels.span, included: nil)
    #expect(alone == value)

    let key = name.rawValue
    let expected: Tensor<Double> = try golden.tensor(key + ".value")
    let slopes: Tensor<Double> = try golden.tensor(key + ".logits")
    #expect((Double(value) - expected[0]).magnitude <= bound * expected[0].magnitude, "\(key): \(value)")
    let largest = slopes.array.reduce(0) { max($0, $1.magnitude) }
    let error = largestDifference(gradient.array.map { Double($0) }, slopes.array)
    #expect(error <= bound * largest, "\(key): \(error) of \(largest)")
    let names = golden.names.filter { $0.hasPrefix(key + ".") }
    #expect(Set(names) == [key + ".value", key + ".scale", key + ".logits"])
  }

  @Test(arguments: LossName.classification) func goldenInDouble(_ name: LossName) throws {
    try compare(Double.self, name, within: 1e-9)
  }

  @Test(arguments: LossName.classification) func goldenInFloat(_ name: LossName) throws {
    try compare(Float.self, name, within: 1e-5)
  }

  @Test(arguments: LossName.classification) func gradientsMatchDifferences(_ name: LossName) throws {
    let loss = try #require(name.classificationLoss(as: Double.self))
    for seed in 0..<3 as Range<UInt64> {
      var generator = SeededGenerator(seed: 74, stream: seed)
      let logits = Tensor<Double>.normal([12, 7], &generator)
      let labels = (0..<12).map { _ in generator.next(below: 7) }
      var gradient = Tensor<Double>(zeros: logits.shape)
      var sink = gradient.mutableMatrix
      _ = try loss(logits.matrix, labels: labels.span, included: nil, weight: 0.7, accumulatingInto: &sink)
      let quotients = try centralDifferences(at: logits) { moved in
        0.7 * (try loss.value(moved.matrix, labels: labels.span, included: nil))
      }
      #expect(largestDifference(gradient.array, quotients) < 1e-6, "seed \(seed)")
      #expect(gradient.array.allSatisfy { $0 != 0 })
    }
  }

  /// What a training makes of the name is what the registry makes of it.
  @Test(arguments: LossName.classification) func trainingsTakeTheSame(_ name: LossName) throws {
    var configuration = SmallTraining.configuration(nil)
    name.apply(to: &configuration)
    let trained = (configuration.classification ?? ClassificationTerm()).loss(counts: [3, 4])
    let made = try #require(name.classificationLoss(as: Float.self))
    #expect("\(trained)" == "\(made)")
  }
}
