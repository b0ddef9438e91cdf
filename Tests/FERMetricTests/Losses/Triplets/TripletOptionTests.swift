import Testing

@testable import FERMetric

/// Hand-computed values, and options without a meaning.
@Suite struct TripletOptionTests {
  /// On a line: anchors 0 and 1 of class 0, 1.5 and 4 of class 1.
  private let line = TensorBatch<Double>(embeddings: Tensor([0, 1, 1.5, 4], shape: [4, 1]), labels: [0, 0, 1, 1])

  @Test func batchHardByHand() throws {
    // Brackets 1 − 1.5, 1 − 0.5, 2.5 − 0.5 and 2.5 − 3, and a margin of 0.6: the mean of 0.1, 1.1, 2.6 and 0.1.
    let value = try TripletLoss<Double>.batchHard(margin: 0.6).value(for: line)
    #expect(value.value.isApproximately(0.975, relative: 1e-12))
    #expect(value.activeFraction == 1 && value.validCount == 4)
    #expect(value.meanMargin.isApproximately(0.6, relative: 1e-12))
    #expect(value.meanPositiveDistance == 1.75 && value.meanNegativeDistance == 1.375)
  }

  @Test func batchAllByHand() throws {
    // d⁺ − d⁻: −0.5, −3, 0.5, −2, 1, 2, −1.5, −0.5. With m = 0.6 five triplets are active: 5.5 in all.
    let value = try TripletLoss<Double>.batchAll(margin: 0.6).value(for: line)
    #expect(value.value.isApproximately(1.1, relative: 1e-12))
    #expect(value.activeFraction == 0.625)
    var sum = TripletLoss<Double>(
      choice: .all, form: .hinge(margin: 0.6), distance: TripletDistance(.root), reduction: .sum)
    let (total, gradients) = try sum(line)
    #expect(total.value.isApproximately(5.5, relative: 1e-12))
    // By the point at 0: pulled and pushed as an anchor, pulled as positive of 1, pushed by the anchor 1.5.
    #expect(try #require(gradients.embeddings)[0, 0].magnitude < 1e-15)
  }

  @Test func semihardFallsBack() throws {
    // For anchor 1.5 and positive 4 both negatives are nearer: the farthest is 0, the nearest 1, at distance 2.25, 0.25.
    func value(_ fallback: SemihardFallback) throws -> Double {
      try TripletLoss<Double>(
        choice: .semihard(fallback: fallback), form: .hinge(margin: 0), distance: TripletDistance(.squared)
      ).value(for: line).value
    }
    // Anchor 0: negative 1.5, no loss; anchor 1: negative 4, no loss; anchor 4: negative 1, no loss.
    #expect(try value(.farthest) == 1)
    #expect(try value(.nearest) == 1.5)
    #expect(try value(.skip) == 0)
  }

  @Test func losslessByHand() throws {
    // Coordinates in 0…1: d⁺ = 0.25, d⁻ = 1 and 0.25 for the two anchors of class 0; class 1 has one sample.
    let batch = TensorBatch<Double>(embeddings: Tensor([0, 0.5, 1], shape: [3, 1]), labels: [0, 0, 1])
    let loss = TripletLoss<Double>.lossless(squashes: false)
    let (attraction, repulsion) = (-Double.logarithm(0.75), -Double.logarithm(0.25))
    let expected = attraction + repulsion / 2
    #expect((try loss.value(for: batch).value - expected).magnitude < 1e-7)
  }

  @Test func identitiesRestrictNegatives() throws {
    var batch = TensorBatch<Double>(embeddings: Tensor([0, 0, 1, 3], shape: [4, 1]), labels: [0, 0, 1, 1])
    batch.identities = [5, 6, 6, 5]
    func negatives(_ policy: IdentityPolicy) throws -> Double {
      let loss = TripletLoss<Double>(choice: .hardest, distance: TripletDistance(.root), identities: policy)
      return try loss.value(for: batch).meanNegativeDistance
    }
    #expect(try negatives(.ignore) == 1.5)
    #expect(try negatives(.require) == 2)
    #expect(try negatives(.prefer) == 2)
    #expect(try negatives(.exclude) == 2)
    batch.identities = [5, 6, 7, 8]
    #expect(try negatives(.require) == 0)
    #expect(try negatives(.prefer) == 1.5)
  }

  @Test func chiSquaredByHand() {
    let (u, v) = (Tensor<Double>([1, 0, 3, -1], shape: [1, 4]), Tensor<Double>([3, 0, 0, 1], shape: [1, 4]))
    let distance = PairwiseDistance<Double>.signedChiSquared()
    let table = distance(u.matrix, v.matrix)
    #expect(table.array == [6])
    var gradient = Tensor<Double>(repeating: 1, shape: [1, 4])
    var sink = gradient.mutableMatrix
    distance.accumulateGradient(
      Tensor([1], shape: [1, 1]).matrix, distances: table.matrix, of: u.matrix, against: v.matrix, weight: 2,
      into: &sink)
    #expect(gradient.array == [-1.5, 1, 3, -1])
  }

  @Test func optionsWithoutMeaningAreNamed() {
    var options = TripletOptions()
    #expect(options.objection == nil)
    options.form = .lossless(beta: nil)
    #expect(options.objection?.contains("0…1") == true)
    options.distance = TripletDistance(.root, of: .squashed)
    #expect(options.objection?.contains("squared") == true)
    options.distance = TripletDistance(.squared, of: .squashed)
    #expect(options.objection == nil)
    options.choice = .hardest(count: 0, pairing: .ranked)
    #expect(options.objection?.contains("at least one") == true)
    options.choice = .hardest
    options.form = .hinge(margin: .nan)
    #expect(options.objection?.contains("margin") == true)
  }

  @Test func missingIdentitiesStop() async {
    await #expect(processExitsWith: .failure) {
      _ = try TripletLoss<Double>.chiSquared().value(
        for: TensorBatch(embeddings: Tensor(zeros: [2, 2]), labels: [0, 1]))
    }
  }

  @Test func betaBoundsTheDimension() async {
    await #expect(processExitsWith: .failure) {
      _ = try TripletLoss<Double>.lossless(beta: 3).value(
        for: TensorBatch(embeddings: Tensor(zeros: [2, 4]), labels: [0, 1]))
    }
  }

  @Test func slicesNeedCoordinates() async {
    await #expect(processExitsWith: .failure) {
      _ = try MultiThresholdTripletLoss<Double>(slices: 3).value(
        for: TensorBatch(embeddings: Tensor(zeros: [2, 2]), labels: [0, 1]))
    }
  }

  @Test func aStudentNeedsATeacher() async {
    await #expect(processExitsWith: .failure) {
      _ = try DistillationTripletLoss<Double>().value(
        for: TensorBatch(embeddings: Tensor(zeros: [2, 2]), labels: [0, 1]))
    }
  }

  @Test func slicesCoverTheThresholds() {
    let loss = MultiThresholdTripletLoss<Double>(slices: 4, thresholds: 0.1...1)
    #expect(loss.threshold(ofSlice: 0) == 0.1 && loss.threshold(ofSlice: 3) == 1)
    #expect(MultiThresholdTripletLoss<Double>(slices: 1, thresholds: 0.5...1).threshold(ofSlice: 0) == 0.75)
  }

  @Test func referencesThatAreNotFiniteThrow() throws {
    var references = Tensor<Double>(repeating: 1, shape: [2, 2])
    references[1, 0] = .infinity
    let batch = TensorBatch(
      embeddings: Tensor([1, 0, 0, 1], shape: [2, 2]), labels: [0, 1], references: references, referenceLabels: [0, 0])
    #expect(throws: MetricError.nonFinite(.references, row: 1, column: 0)) {
      _ = try DistillationTripletLoss<Double>().value(for: batch)
    }
    let lenient = DistillationTripletLoss<Double>(candidateShare: 1, nonFinite: .lenient)
    #expect(try lenient.value(for: batch).validCount == 1)
  }
}
