import FERMetric
import Testing

@Suite struct RankRegularizationTests {
  @Test func handComputed() throws {
    // Two of three weights are high: mean 0.7 against 0.6.
    let batch = TensorBatch<Double>(
      embeddings: Tensor(zeros: [3, 1]), labels: [0, 0, 0], weights: [0.6, 0.8, 0.6])
    var loss = RankRegularization<Double>()
    let (value, gradients) = try loss(batch, weight: 4)
    #expect(value.value.isApproximately(0.05, relative: 1e-14) && value.activeFraction == 1)
    #expect(gradients.weights!.array == [-2, -2, 4])
    #expect(try loss.value(for: batch) == value)
    var apart = batch
    apart.weights = [0.9, 0.1, 0.8]
    let (none, zero) = try loss(apart)
    #expect(none.value == 0 && zero.weights!.norm() == 0)
    var alone = batch
    (alone.embeddings, alone.labels, alone.weights) = (Tensor(zeros: [1, 1]), [0], [0.3])
    #expect(try loss.value(for: alone).value == 0)
  }

  @Test func equalsPyTorch() throws {
    let fixture = AttentiveTripletFixture.shared
    for name in ["default", "close weights", "odd sizes", "one sample"] {
      let batch: TensorBatch<Double> = try fixture.batch(name)
      var loss = RankRegularization<Double>()
      let (value, gradients) = try loss(batch)
      let terms: Tensor<Double> = try fixture.tensor(name + ".terms")
      let expected: Tensor<Double> = try fixture.tensor(name + ".weightGradient")
      #expect((value.value - terms.array[3]).magnitude < 1e-12, "\(name)")
      #expect(largestDifference(gradients.weights!.array, expected.array) < 1e-12, "\(name)")
    }
  }

  @Test func lenientLeavesASampleOut() throws {
    var batch = TensorBatch<Float>(
      embeddings: Tensor(zeros: [4, 1]), labels: [0, 0, 0, 0], weights: [0.6, .nan, 0.8, 0.6])
    var strict = RankRegularization<Float>()
    #expect(throws: MetricError.nonFinite(.weights, row: 1, column: 0)) { try strict(batch) }
    var lenient = RankRegularization<Float>(nonFinite: .lenient)
    let (value, gradients) = try lenient(batch)
    #expect(value.validCount == 3 && gradients.weights!.array[1] == 0)
    batch.included = [true, false, true, true]
    #expect(try strict(batch).value == value)
  }

  @Test func aBatchWithoutWeightsTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = try RankRegularization<Float>().value(
        for: TensorBatch(embeddings: Tensor(zeros: [2, 1]), labels: [0, 1]))
    }
  }
}
