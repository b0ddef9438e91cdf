import FERMetric
import Testing

@Suite struct ClassMarginTests {
  private func margins(
    _ generator: some MarginGenerator<Double>, _ sampler: some NegativeSampler<Double>, _ batch: TensorBatch<Double>
  ) throws -> [Double] {
    var result = Tensor<Double>(repeating: .nan, shape: [batch.labels.count])
    try batch.withViews { views in
      let selection = try sampler.selection(for: views)
      var span = result.mutableSpan
      generator.margins(for: views, against: selection, into: &span)
    }
    return result.array
  }

  private var batch: TensorBatch<Double> {
    TensorBatch(
      embeddings: Tensor([0, 9, 1, 1, 5, 5], shape: [3, 2]), labels: [0, 1, 2],
      centers: Tensor([0, 0, 1, 8, 5, 5], shape: [3, 2]))
  }

  @Test func eachClassHasItsMargin() throws {
    #expect(try margins(ClassMargin([1, 2, 3]), NearestCenterSampler(), batch) == [1, 2, 3])
    var partial = batch
    partial.included = [true, false, true]
    partial.labels[1] = 77
    #expect(try margins(ClassMargin([1, 2, 3]), NearestCenterSampler(), partial) == [1, 0, 3])
    #expect(ClassMargin<Float>([1, 2, 3]).lowerBound(dimension: 4) == 0.25)
  }

  @Test func rareClassesGetLargeMargins() {
    let margins = ClassMargin<Double>(counts: [16, 1, 81], largest: 6).values
    #expect(largestDifference(margins, [3, 6, 2]) < 1e-14)
  }

  @Test func eachPairHasItsMargin() throws {
    var pairs = ClassPairMargin<Double>(classes: 3, margin: 1)
    pairs[0, 1] = 2
    pairs[1, 0] = 4
    pairs[1, 2] = 6
    // Nearest to (0, 9) but 0 is 1; to (1, 1) but 1 is 0; to (5, 5) but 2 is 1.
    #expect(try margins(pairs, NearestCenterSampler(), batch) == [2, 4, 1])
    // Per coordinate: (0, 9) takes 1 and 1; (1, 1) takes 0 in both; (5, 5) takes 1 (4 away) and 1 (3 away).
    #expect(try margins(pairs, MathSynthSampler(), batch) == [2, 4, 1])
    var mixed = batch
    mixed.embeddings = Tensor([0, 4, 4, 0, 5, 5], shape: [3, 2])
    // (0, 4) takes 1 and 2: (2 + 1)/2; (4, 0) takes 2 and 0: (6 + 4)/2.
    #expect(try margins(pairs, MathSynthSampler(), mixed) == [1.5, 5, 1])
    #expect(pairs.lowerBound(dimension: 2) == 0.5)
  }

  @Test func pairsReachTheLoss() throws {
    var pairs = ClassPairMargin<Double>(classes: 3, margin: 1)
    pairs[0, 1] = 200
    let loss = TripletCenterLoss<Double>(sampler: .nearestCenter(), margin: pairs, squash: .none)
    let value = try loss.value(for: batch)
    #expect((value.meanMargin - 202.0 / 3).magnitude < 1e-12)
    // 81 − 2 + 200, 49 − 2 + 1, and nothing of (5, 5), which is 25 from its nearest other center.
    #expect((value.value - (279.0 + 48) / 3).magnitude < 1e-12)
  }

  @Test func aMarginOfZeroIsContentWithEqualCenters() throws {
    var fallen = batch
    fallen.centers = Tensor(repeating: 1, shape: [3, 2])
    var pairs = ClassPairMargin<Double>(classes: 3, margin: 0)
    pairs[2, 0] = 3
    pairs[2, 1] = 3
    let generators: [any MarginGenerator<Double>] = [ClassMargin([0, 0, 3]), pairs]
    for generator in generators {
      var loss = TripletCenterLoss<Double>(sampler: .nearestCenter(), margin: generator, squash: .none)
      loss.reportsSamples = true
      // Only the class with a margin tells that its center has fallen together with another.
      let samples = try loss(fallen).value.samples
      #expect(samples == [0, 0, 3])
    }
  }

  @Test func whatHasNoMarginTraps() async {
    await #expect(processExitsWith: .failure) {
      let batch = TensorBatch<Double>(embeddings: Tensor(zeros: [1, 1]), labels: [2], centers: Tensor(zeros: [3, 1]))
      _ = try TripletCenterLoss<Double>(margin: .perClass([1, 2])).value(for: batch)
    }
    await #expect(processExitsWith: .failure) {
      let batch = TensorBatch<Double>(embeddings: Tensor(zeros: [1, 1]), labels: [2], centers: Tensor(zeros: [3, 1]))
      let pairs = ClassPairMargin<Double>(classes: 3, margin: 1)
      _ = try TripletCenterLoss<Double>(sampler: .allCenters(), margin: pairs).value(for: batch)
    }
    await #expect(processExitsWith: .failure) { _ = ClassMargin<Double>(counts: [3, 0], largest: 1) }
  }
}
