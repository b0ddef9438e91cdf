import FERMetric
import Testing

/// The paragraphs of the specification's acceptance list that speak of negative selection.
extension AcceptanceTests {
  /// Three coordinates, four classes; the own class 0 is nearest in the second.
  private func synthesisBatch<S>(_: AcceptanceRun<S>) -> TensorBatch<S> {
    TensorBatch(
      embeddings: Tensor([0.4, -0.1, 2], shape: [1, 3]), labels: [0],
      centers: Tensor([0, 0, 0, 1, 1, 1, 0.5, -3, 3.2, -2, 0.2, 9], shape: [4, 3]))
  }

  private func classes(_ selection: NegativeSelection, sample: Int = 0) -> [Int] {
    (0..<selection.dimension).map { selection.negativeClass(ofSample: sample, coordinate: $0) }
  }

  func synthesisInRawSpace<S>(_ run: AcceptanceRun<S>) throws {
    let batch = synthesisBatch(run)
    let chosen = classes(try run.select(MathSynthSampler<S>(), batch))
    #expect(chosen == [2, 3, 1])
    run.expect(chosen.enumerated().map { batch.centers![$1, $0] }, [0.5, 0.2, 1])
  }

  func synthesisInSquashedSpace<S>(_ run: AcceptanceRun<S>) throws {
    #expect(classes(try run.select(MathSynthSampler<S>(space: .squashed), synthesisBatch(run))) == [2, 3, 2])
  }

  func ownClassIsNeverChosen<S>(_ run: AcceptanceRun<S>) throws {
    let batch = synthesisBatch(run)
    #expect(
      (batch.embeddings[0, 1] - batch.centers![0, 1]).magnitude
        < (batch.embeddings[0, 1] - batch.centers![3, 1]).magnitude)
    #expect(classes(try run.select(MathSynthSampler<S>(), batch))[1] == 3)
  }

  func tiesAndHardness<S>(_ run: AcceptanceRun<S>) throws {
    let tie = TensorBatch(
      embeddings: Tensor<S>([0], shape: [1, 1]), labels: [0], centers: Tensor([0, 1, -1], shape: [3, 1]))
    #expect(classes(try run.select(MathSynthSampler<S>(), tie)) == [1])

    let batch = run.randomBatch(samples: 20, classes: 6, dimension: 9, seed: 14)
    let synthesised = try run.select(MathSynthSampler<S>(), batch)
    let samplers: [any NegativeSampler<S>] = [
      .networkSemantic(), .mixed(), .nearestCenter(), .presentNearestCenter(), .randomCenter(seed: 3),
      .farthestCenter(),
    ]
    var compared = 0
    for sampler in samplers {
      let other = try run.select(sampler, batch)
      for i in 0..<20 where other.valid[i] {
        for j in 0..<9 {
          func gap(_ selection: NegativeSelection) -> S {
            (batch.embeddings[i, j] - batch.centers![selection.negativeClass(ofSample: i, coordinate: j), j]).magnitude
          }
          #expect(gap(synthesised) <= gap(other))
          compared += 1
        }
      }
    }
    #expect(compared == 6 * 20 * 9)
  }

  /// Five samples of three classes, of which three are mistaken.
  private func mistakenBatch<S>(_: AcceptanceRun<S>) -> TensorBatch<S> {
    TensorBatch(
      embeddings: Tensor([0.1, 0.4, -0.3, 0.9, 1.2, -0.8, 0.2, 0.6, 2.1, 1.9], shape: [5, 2]), labels: [0, 0, 1, 1, 2],
      centers: Tensor([0, 0, 1, -1, 2, 2], shape: [3, 2]), predictions: [1, 0, 1, 2, 2])
  }

  func predictionsChoose<S>(_ run: AcceptanceRun<S>) throws {
    let batch = mistakenBatch(run)
    var loss = TripletCenterLoss<S>(sampler: .networkSemantic())
    _ = try run.train(&loss, batch)
    let record = try #require(loss.sampler as? NetworkSemanticSampler<S>).record
    #expect(record == Tensor([0, 1, 0, 0, 0, 1, 0, 0, 0], shape: [3, 3]))
    let chosen = try run.select(NetworkSemanticSampler<S>(), batch)
    let nearest = try run.select(NearestCenterSampler<S>(), batch).negativeClass(ofSample: 4)
    #expect((0..<5).map { chosen.negativeClass(ofSample: $0) } == [1, 1, 2, 2, nearest])

    let skipping = NetworkSemanticSampler<S>(fallback: .skip)
    #expect(try run.select(skipping, batch).valid == [true, true, true, true, false])
    var skippingLoss = TripletCenterLoss<S>(sampler: skipping)
    let (value, gradients) = try run.train(&skippingLoss, batch)
    #expect(value.validCount == 4)
    #expect(gradients.margins!.array == [0.25, 0.25, 0.25, 0.25, 0])
  }

  func historyChooses<S>(_ run: AcceptanceRun<S>) throws {
    func second(_ predictions: [Int] = [0]) -> TensorBatch<S> {
      TensorBatch(
        embeddings: Tensor([3, 3], shape: [1, 2]), labels: [0], centers: Tensor([0, 0, 1, -1, 2, 2], shape: [3, 2]),
        predictions: predictions)
    }
    func after(_ sampler: NetworkSemanticSampler<S>) throws -> NetworkSemanticSampler<S> {
      var sampler = sampler
      mistakenBatch(run).withViews { sampler.observe($0) }
      return sampler
    }
    // The nearest other center is that of class 2, so a choice of 1 comes from the record.
    #expect(try run.select(after(NetworkSemanticSampler()), second()).negativeClass(ofSample: 0) == 1)
    #expect(try run.select(after(NetworkSemanticSampler(scope: .running)), second()).negativeClass(ofSample: 0) == 1)
    #expect(
      try run.select(after(NetworkSemanticSampler(scope: .runningBeforeUpdate)), second()).negativeClass(ofSample: 0)
        == 1)
    #expect(try run.select(after(NetworkSemanticSampler(scope: .batch)), second()).negativeClass(ofSample: 0) == 2)

    // A tie within a row of the record goes to the lower class.
    var tied = NetworkSemanticSampler<S>()
    for prediction in [1, 2, 2, 1] { second([prediction]).withViews { tied.observe($0) } }
    #expect(tied.record.array == [0, 2, 2, 0, 0, 0, 0, 0, 0])
    #expect(try run.select(tied, second()).negativeClass(ofSample: 0) == 1)

    var decaying = try after(NetworkSemanticSampler(decay: 0.5))
    second().withViews { decaying.observe($0) }
    #expect(decaying.record[0, 1] == 0.5)
  }

  func mixture<S>(_ run: AcceptanceRun<S>) throws {
    var batch = mistakenBatch(run)
    let mixed = try run.select(MixedSampler<S>(), batch)
    let synthesised = try run.select(MathSynthSampler<S>(), batch)
    #expect(classes(mixed, sample: 0) == [1, 1])
    #expect(classes(mixed, sample: 3) == [2, 2])
    for i in [1, 2, 4] { #expect(classes(mixed, sample: i) == classes(synthesised, sample: i)) }

    batch.predictions = batch.labels
    #expect(try run.select(MixedSampler<S>(), batch) == synthesised)
    batch.predictions = [1, 2, 0, 2, 0]
    let semantic = try run.select(NetworkSemanticSampler<S>(), batch)
    let allWrong = try run.select(MixedSampler<S>(), batch)
    for i in 0..<5 {
      #expect(classes(allWrong, sample: i) == Array(repeating: semantic.negativeClass(ofSample: i), count: 2))
    }
  }

  func fewClasses<S>(_ run: AcceptanceRun<S>) throws {
    var batch = run.randomBatch(samples: 9, classes: 1, dimension: 4, seed: 18)
    let samplers: [any NegativeSampler<S>] = [
      .mathSynth(), .networkSemantic(), .mixed(), .nearestCenter(), .randomCenter(), .allCenters(),
    ]
    for sampler in samplers {
      var loss = TripletCenterLoss<S>(sampler: sampler)
      let (value, gradients) = try run.train(&loss, batch)
      #expect(value.validCount == 0 && value.value == 0)
      #expect(gradients.embeddings!.array.allSatisfy { $0 == 0 } && gradients.centers!.array.allSatisfy { $0 == 0 })
    }
    batch = run.randomBatch(samples: 9, classes: 2, dimension: 4, seed: 19)
    let values = try samplers.map { try run.value(TripletCenterLoss<S>(sampler: $0), batch) }
    for value in values { run.expect(value, Double(values[0])) }
    #expect(values[0] > 0)
  }
}
