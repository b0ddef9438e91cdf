import FERMetric
import FERModels
import Testing

@Suite struct AdCorreLossTests {
  private struct Settings: Decodable { let classes, heads: Int, absent: Bool, parts: [Double] }

  private func options(_ settings: Settings, hasPredictions: Bool) -> AdCorreOptions {
    var options = AdCorreOptions()
    options.heads = settings.heads
    (options.featureWeight, options.meanWeight) = (settings.parts[0], settings.parts[1])
    options.embeddingWeight = settings.parts[2]
    options.pairWeight = hasPredictions ? .recognition() : .uniform
    options.means = settings.absent ? .all : .present
    return options
  }

  private func compare<Scalar: TensorScalar>(_: Scalar.Type, within tolerance: Double) throws {
    let golden = try GoldenCases<Settings>("Correlation/correlation.safetensors")
    #expect(golden.settings.count == 18)
    for (name, settings) in golden.settings {
      let predictions = golden.file[name + ".predictions"] == nil ? nil : try golden.integers(name + ".predictions")
      let batch = TensorBatch<Scalar>(
        embeddings: try golden.tensor(name + ".embeddings"), labels: try golden.integers(name + ".labels"),
        predictions: predictions)
      var loss = AdCorreLoss<Scalar>(
        classes: settings.classes, options: options(settings, hasPredictions: predictions != nil))
      if let record: Tensor<Scalar> = try golden.tensorIfPresent(name + ".record") {
        loss.visitState { _, state in state = .tensor(record) }
      }
      let alone = try loss.value(for: batch)
      let (value, gradients) = try loss(batch)
      #expect(value == alone, "\(name)")
      try golden.expect([value.value], equals: name + ".value", within: tolerance)
      // With two coordinates every correlation is 1 or −1: the gradient vanishes, its terms do not.
      try golden.expect(
        gradients.embeddings!.array, equals: name + ".gradient", within: tolerance,
        scale: name == "headsOfTwo" ? 0.1 : 0)
    }
  }

  @Test func equalsTorchInDouble() throws { try compare(Double.self, within: 1e-9) }
  @Test func equalsTorchInFloat() throws { try compare(Float.self, within: 1e-5) }

  private func randomBatch(_ samples: Int = 10, classes: Int = 4, dimension: Int = 12) -> TensorBatch<Double> {
    var generator = SeededGenerator(seed: 4)
    return TensorBatch(
      embeddings: .normal([samples, dimension], &generator),
      labels: (0..<samples).map { _ in generator.next(below: classes) },
      predictions: (0..<samples).map { _ in generator.next(below: classes) })
  }

  @Test(arguments: [1, 2, 3], AdCorreOptions.Means.allCases)
  func gradientEqualsDifferenceQuotient(_ heads: Int, _ means: AdCorreOptions.Means) throws {
    for pairWeight in [AdCorreOptions.PairWeight.uniform, .recognition(decay: 0.5)] {
      var options = AdCorreOptions()
      (options.heads, options.means, options.pairWeight) = (heads, means, pairWeight)
      options.meanWeight = 0.7
      let batch = randomBatch()
      var loss = AdCorreLoss<Double>(classes: 5, options: options)
      let frozen = loss
      var gradients = TensorGradients<Double>(embeddings: Tensor(repeating: 2, shape: [10, 12]))
      _ = try loss(batch, weight: 0.3, accumulatingInto: &gradients)
      let quotients = try centralDifferences(at: batch.embeddings) { x in
        var moved = batch
        moved.embeddings = x
        return try 0.3 * frozen.value(for: moved).value
      }
      #expect(largestDifference(gradients.embeddings!.array.map { $0 - 2 }, quotients) < 1e-9)
    }
  }

  @Test func recordKeepsRecognitionAndForgets() throws {
    var options = AdCorreOptions()
    options.pairWeight = .recognition(decay: 0.5)
    var loss = AdCorreLoss<Double>(classes: 3, options: options)
    var batch = TensorBatch<Double>(
      embeddings: Tensor([1, 2, 0, 4, 1, 0, 0, 3, 5], shape: [3, 3]), labels: [0, 0, 1], predictions: [0, 1, -1])
    _ = try loss.value(for: batch)
    #expect(loss.record.array == [0, 0, 0, 0, 0, 0])
    _ = try loss(batch)
    // A prediction that is none is not counted.
    #expect(loss.record.array == [1, 2, 0, 0, 0, 0])
    batch.predictions = [0, 0, 1]
    _ = try loss(batch)
    #expect(loss.record.array == [2.5, 3, 1, 1, 0, 0])
    var copy = AdCorreLoss<Double>(classes: 3, options: options)
    loss.visitState { _, state in
      let kept = state
      copy.visitState { name, target in
        #expect(name == "record")
        target = kept
      }
    }
    #expect(try copy(batch).value == loss(batch).value)
  }

  @Test func boundsAndInvariances() throws {
    var options = AdCorreOptions()
    (options.heads, options.pairWeight) = (3, .uniform)
    let batch = randomBatch()
    let loss = AdCorreLoss<Double>(classes: 4, options: options)
    let value = try loss.value(for: batch).value
    #expect(value > 0 && value <= 6)
    // Shifts and positive scales of an embedding leave correlations as they are, and so do permuted samples.
    var scaled = batch
    scaled.embeddings = scaled.embeddings * 40 + Tensor(repeating: 3, shape: [10, 12])
    #expect((try loss.value(for: scaled).value - value).magnitude < 1e-12)
    let order = [3, 9, 0, 5, 1, 8, 2, 7, 4, 6]
    let permuted = TensorBatch<Double>(
      embeddings: Tensor(concatenating: order.map { batch.embeddings[rows: $0..<$0 + 1] }),
      labels: order.map { batch.labels[$0] })
    #expect((try loss.value(for: permuted).value - value).magnitude < 1e-14)
  }

  /// Copies correlate fully with each other, and leave means and shares as they are: the value stays, and they share the
  /// gradient.
  @Test(arguments: [1, 3], AdCorreOptions.Means.allCases)
  func copiesShareTheGradient(_ heads: Int, _ means: AdCorreOptions.Means) throws {
    for pairWeight in [AdCorreOptions.PairWeight.uniform, .recognition()] {
      var options = AdCorreOptions()
      (options.heads, options.means, options.pairWeight) = (heads, means, pairWeight)
      let batch = randomBatch(64)
      for times in [2, 64] {
        var (one, many) = (
          AdCorreLoss<Double>(classes: 5, options: options), AdCorreLoss<Double>(classes: 5, options: options)
        )
        let (value, gradients) = try one(batch)
        let (copied, shared) = try many(batch.copied(times))
        #expect(value.value > 0 && copied.value.isApproximately(value.value, relative: 1e-12))
        #expect(
          relativeDifference(shared.embeddings!.summedOverCopies(times), gradients.embeddings!.array) < 1e-9)
      }
    }
  }

  /// An embedding of equal coordinates does not correlate with its copy: W·1 for each of the pairs besides.
  @Test func copiesWithoutADirectionCount() throws {
    var options = AdCorreOptions()
    (options.pairWeight, options.meanWeight) = (.uniform, 0)
    let loss = AdCorreLoss<Double>(classes: 2, options: options)
    let batch = TensorBatch<Double>(
      embeddings: Tensor([1, 0, -1, 2, 2, 2], shape: [2, 3]), labels: [0, 1])
    // Two pairs of 1 among 2² entries, and eight of them and the two of a sample with its copy among 4².
    #expect(try loss.value(for: batch).value.isApproximately(2.0 / 4, relative: 1e-14))
    #expect(try loss.value(for: batch.copied(2)).value.isApproximately(10.0 / 16, relative: 1e-14))
  }

  @Test func perfectClassesCostNothingInTheFeatureTerm() throws {
    var options = AdCorreOptions()
    (options.pairWeight, options.meanWeight) = (.uniform, 0)
    var loss = AdCorreLoss<Double>(classes: 2, options: options)
    let batch = TensorBatch<Double>(
      embeddings: Tensor([1, 0, -1, 2, 0, -2, -3, 0, 3, -1, 0, 1], shape: [4, 3]), labels: [0, 0, 1, 1])
    let (value, gradients) = try loss(batch)
    #expect(value.value < 1e-15 && value.meanPositiveDistance < 1e-15)
    #expect((value.meanNegativeDistance - 2).magnitude < 1e-15)
    #expect(gradients.embeddings!.array.allSatisfy { $0.magnitude < 1e-15 })
  }

  @Test func emptyBatchesAndSamplesLeftOut() throws {
    var options = AdCorreOptions()
    (options.heads, options.nonFinite) = (2, .lenient)
    var loss = AdCorreLoss<Double>(classes: 4, options: options)
    let none = TensorBatch<Double>(embeddings: Tensor(zeros: [0, 4]), labels: [Int](), predictions: [])
    #expect(try loss(none).value == LossValue())
    var batch = randomBatch(9)
    var without = batch
    let keep = [0, 1, 2, 3, 5, 6, 7, 8]
    without.embeddings = Tensor(concatenating: keep.map { batch.embeddings[rows: $0..<$0 + 1] })
    without.labels = keep.map { batch.labels[$0] }
    without.predictions = keep.map { batch.predictions![$0] }
    batch.embeddings[4, 3] = .nan
    let expected = try loss.value(for: without)
    #expect(try loss.value(for: batch) == expected)
    var strict = AdCorreLoss<Double>(classes: 4)
    #expect(throws: MetricError.nonFinite(.embeddings, row: 4, column: 3)) { try strict(batch) }
    #expect(strict.record.array.allSatisfy { $0 == 0 })
    let (value, gradients) = try loss(batch)
    #expect(value == expected && gradients.embeddings![row: 4].array.allSatisfy { $0 == 0 })
  }

  @Test func largeBatchesNeedNoPairs() throws {
    let batch = randomBatch(4096, classes: 7, dimension: 16)
    var options = AdCorreOptions()
    options.heads = 2
    var loss = AdCorreLoss<Double>(classes: 7, options: options)
    let (value, gradients) = try loss(batch)
    #expect(value.value.isFinite && gradients.embeddings!.isFinite && value.validCount == 4096)
  }

  @Test func impossibleOptionsTrap() async {
    await #expect(processExitsWith: .failure) { _ = AdCorreLoss<Float>(classes: 0) }
    await #expect(processExitsWith: .failure) {
      var options = AdCorreOptions()
      options.heads = 2
      options.pairWeight = .uniform
      let batch = TensorBatch<Float>(embeddings: Tensor(zeros: [1, 3]), labels: [0])
      _ = try AdCorreLoss(classes: 2, options: options).value(for: batch)
    }
    await #expect(processExitsWith: .failure) {
      var options = AdCorreOptions()
      options.pairWeight = .recognition(decay: 2)
      _ = AdCorreLoss<Float>(classes: 2, options: options)
    }
  }
}
