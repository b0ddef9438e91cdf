import FERMetric
import Testing

@Suite struct NegativeSamplerTests {
  private func choose<S: TensorScalar>(
    _ sampler: some NegativeSampler<S>, _ batch: TensorBatch<S>
  ) throws -> NegativeSelection {
    try batch.withViews { try sampler.selection(for: $0) }
  }

  private func classes(_ selection: NegativeSelection) -> [Int] {
    (0..<selection.sampleCount).map { selection.negativeClass(ofSample: $0) }
  }

  /// Four classes on a line at 0, 1, 2, 10, in one dimension.
  private func line(_ x: [Double], _ labels: [Int], predictions: [Int]? = nil) -> TensorBatch<Double> {
    TensorBatch(
      embeddings: Tensor(x, shape: [x.count, 1]), labels: labels, centers: Tensor([0, 1, 2, 10], shape: [4, 1]),
      predictions: predictions)
  }

  @Test func ineligibleClassesAreNeverChosen() throws {
    var batch = line([0.1, 0.9, 2.2, 9], [0, 1, 2, 3], predictions: [1, 1, 1, 1])
    batch.eligible = [true, false, true, true]
    let samplers: [any NegativeSampler<Double>] = [
      .mathSynth(), .networkSemantic(), .mixed(), .nearestCenter(), .presentNearestCenter(), .randomCenter(),
      .farthestCenter(), .networkSemantic(fallback: .random(seed: 0)), .networkSemantic(fallback: .synthesised),
    ]
    for sampler in samplers {
      let chosen = classes(try choose(sampler, batch))
      for (label, negative) in zip(batch.labels, chosen) { #expect(negative != 1 && negative != label) }
    }
    batch.eligible = [false, true, false, false]
    for sampler in samplers { #expect(try choose(sampler, batch).valid == [true, false, true, true]) }
    #expect(try choose(AllCentersSampler<Double>(), batch).valid == [true, false, true, true])
  }

  @Test func nearestAndFarthest() throws {
    let batch = line([0.1, 1.4, 1.6, 3], [0, 1, 1, 2])
    #expect(classes(try choose(NearestCenterSampler<Double>(), batch)) == [1, 2, 2, 1])
    #expect(classes(try choose(FarthestCenterSampler<Double>(), batch)) == [3, 3, 3, 3])
    #expect(classes(try choose(PresentNearestCenterSampler<Double>(), batch)) == [1, 2, 2, 1])
    let alone = line([0.1, 0.2], [0, 0])
    #expect(try choose(PresentNearestCenterSampler<Double>(), alone).valid == [false, false])
    #expect(classes(try choose(NearestCenterSampler<Double>(), alone)) == [1, 1])
  }

  @Test func nearestMayMeasureSquashedAndWeighted() throws {
    // Raw, class 1 is nearer; squashed, large coordinates hardly differ, so class 2 is.
    var batch = TensorBatch<Double>(
      embeddings: Tensor([8, 0], shape: [1, 2]), labels: [0], centers: Tensor([0, 0, 8, 2, 4, 0], shape: [3, 2]),
      inclusion: Tensor([1, 1], shape: [1, 2]))
    #expect(classes(try choose(NearestCenterSampler<Double>(), batch)) == [1])
    #expect(classes(try choose(NearestCenterSampler<Double>(space: .squashed), batch)) == [2])
    batch.inclusion = Tensor([0, 1], shape: [1, 2])
    #expect(classes(try choose(NearestCenterSampler<Double>(weighted: true), batch)) == [2])
  }

  @Test func randomDrawsAreSeededAndMoveOn() throws {
    let batch = line(Array(repeating: 0, count: 200), (0..<200).map { $0 % 4 })
    var sampler = RandomCenterSampler<Double>(seed: 9)
    let first = try choose(sampler, batch)
    #expect(try choose(sampler, batch) == first)
    #expect(try choose(RandomCenterSampler<Double>(seed: 9), batch) == first)
    #expect(try choose(RandomCenterSampler<Double>(seed: 10), batch) != first)
    for (label, negative) in zip(batch.labels, classes(first)) { #expect(negative != label) }
    #expect(Set(classes(first)) == [0, 1, 2, 3])

    batch.withViews { sampler.observe($0) }
    let second = try choose(sampler, batch)
    #expect(second != first)
    var restored = RandomCenterSampler<Double>(seed: 9)
    restored.visitState { name, state in
      #expect(name == "steps")
      state = .integers([1])
    }
    #expect(try choose(restored, batch) == second)
  }

  @Test func fallbacks() throws {
    let batch = line([0.1, 1.4], [0, 1], predictions: [0, 1])
    #expect(classes(try choose(NetworkSemanticSampler<Double>(), batch)) == [1, 2])
    let synthesised = try choose(NetworkSemanticSampler<Double>(fallback: .synthesised), batch)
    #expect(synthesised == (try choose(MathSynthSampler<Double>(), batch)))
    #expect(try choose(NetworkSemanticSampler<Double>(fallback: .skip), batch).valid == [false, false])
    let random = NetworkSemanticSampler<Double>(fallback: .random(seed: 2))
    #expect(try choose(random, batch) == choose(RandomCenterSampler<Double>(seed: 2), batch))
  }

  @Test func invalidPredictionsCountAsCorrect() throws {
    let batch = line([0.1, 1.4, 0.2], [0, 1, 0], predictions: [-1, 4, 3])
    var sampler = NetworkSemanticSampler<Double>()
    #expect(classes(try choose(sampler, batch)) == [3, 2, 3])
    batch.withViews { sampler.observe($0) }
    #expect(sampler.record.sum() == 1 && sampler.record[0, 3] == 1)
    #expect(classes(try choose(MixedSampler<Double>(), batch)) == [1, 2, 3])
  }

  @Test func scopesDifferWhereRecordAndBatchDisagree() throws {
    // History: class 0 lost three times to 2. Batch: once to 1, while another sample of class 0 is correct.
    let history = line([0, 0, 0], [0, 0, 0], predictions: [2, 2, 2])
    let batch = line([0, 0], [0, 0], predictions: [1, 0])
    func choice(_ scope: NetworkSemanticSampler<Double>.Scope, decay: Double = 1) throws -> Int {
      var sampler = NetworkSemanticSampler<Double>(scope: scope, decay: decay)
      history.withViews { sampler.observe($0) }
      return classes(try choose(sampler, batch))[1]
    }
    #expect(try choice(.batch) == 1)
    #expect(try choice(.batchThenRunning) == 1)
    #expect(try choice(.running) == 2)
    #expect(try choice(.running, decay: 0) == 1)
    #expect(try choice(.runningBeforeUpdate) == 2)
  }

  @Test func recordSurvivesACheckpoint() throws {
    var sampler = NetworkSemanticSampler<Float>()
    let batch = TensorBatch<Float>(
      embeddings: Tensor(zeros: [2, 1]), labels: [0, 1], centers: Tensor(zeros: [3, 1]), predictions: [2, 0])
    batch.withViews { sampler.observe($0) }
    var saved: [String: MetricState<Float>] = [:]
    var loss = TripletCenterLoss<Float>(sampler: sampler)
    loss.visitState { name, state in saved[name] = state }
    #expect(saved.keys.sorted() == ["sampler.record", "sampler.steps"])
    var fresh = TripletCenterLoss<Float>(sampler: .networkSemantic())
    try fresh.visitState { name, state in state = try #require(saved[name]) }
    #expect((fresh.sampler as? NetworkSemanticSampler<Float>)?.record == sampler.record)
    sampler.resetRecord()
    #expect(sampler.record.count == 0)
  }

  @Test func missingPredictionsTrap() async {
    await #expect(processExitsWith: .failure) {
      let batch = TensorBatch<Float>(embeddings: Tensor(zeros: [1, 1]), labels: [0], centers: Tensor(zeros: [2, 1]))
      _ = try TripletCenterLoss<Float>(sampler: .mixed()).value(for: batch)
    }
  }
}
