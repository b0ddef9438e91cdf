import FERMetric
import Testing

@Suite struct CenterLossTests {
  /// The input for which four public codes give four numbers.
  private let batch = TensorBatch<Double>(
    embeddings: Tensor([1, 2, 0, 1, 3, -1, -1, 0], shape: [4, 2]), labels: [0, 1, 2, 1],
    centers: Tensor([0, 0, 1, 1, 2, -2], shape: [3, 2]))

  static let conventions: [CenterConvention] = [.wen, .wenSum, .dacl, .kaiyangZhou, .quaterion, .dan]

  @Test func fourConventionsGiveFourNumbers() throws {
    func value(_ convention: CenterConvention) throws -> Double {
      try CenterLoss<Double>(convention).value(for: batch).value
    }
    #expect(try value(.wen) == 1.625)
    #expect(try value(.wenSum) == 6.5)
    #expect(try value(.kaiyangZhou) == 3.25)
    #expect((try value(.quaterion) - 0.683772233983162).magnitude < 1e-14)
    #expect((try value(.dan) - 0.975).magnitude < 1e-14)
  }

  @Test func gradientOfCentersAndWensRuleDiffer() throws {
    var loss = CenterLoss<Double>(.wen)
    let gradient = try loss(batch).gradients.centers!
    #expect(gradient.array == [-0.25, -0.5, 0.75, 0.25, -0.25, -0.25])
    var centers = ClassCenters(batch.centers!, update: .movingAverage(rate: 1, weighted: false))
    centers.step(embeddings: batch.embeddings.matrix, labels: batch.labels.span)
    let moved = (batch.centers! - centers.matrix).array
    #expect(largestDifference(moved, [-0.5, -1, 1, 1.0 / 3, -0.5, -0.5]) < 1e-15)
  }

  @Test func sparseLossGivesWeightsTheirSquaredDifferences() throws {
    var loss = CenterLoss<Double>.sparse
    loss.reportsSamples = true
    var weighted = batch
    weighted.inclusion = Tensor([1, 0, 0.5, 0.5, 0, 1, 1, 1], shape: [4, 2])
    let (value, gradients) = try loss(weighted, weight: 2)
    #expect(value.samples == [0.5, 0.25, 0.5, 2.5])
    #expect(value.value == 3.75 / 4)
    #expect(value.activeFraction == 1 && value.meanPositiveDistance == 7.5 / 4)
    // ∂a = weight · (x − c)²/(2B)
    #expect(gradients.inclusion!.array == [0.25, 1, 0.25, 0, 0.25, 0.25, 1, 0.25])
  }

  @Test func conventionsWithoutWeightsIgnoreThem() throws {
    var weighted = batch
    weighted.inclusion = Tensor(repeating: 0.5, shape: [4, 2])
    var loss = CenterLoss<Double>(.wen)
    let (value, gradients) = try loss(weighted)
    #expect(value.value == 1.625)
    #expect(gradients.inclusion!.array.allSatisfy { $0 == 0 })
  }

  @Test(arguments: conventions) func gradientsEqualDifferenceQuotients(_ convention: CenterConvention) throws {
    let batch = TensorBatch.random(weighted: convention.isWeighted)
    #expect(try gradientError(of: CenterLoss(convention), on: batch) < 1e-7)
    var mixed = convention
    mixed.normalization = .unitLength
    mixed.isWeighted = true
    mixed.factor = 1.3
    #expect(try gradientError(of: CenterLoss(mixed), on: .random(weighted: true, seed: 3)) < 1e-7)
  }

  @Test(arguments: conventions) func orderAndCopiesOfSamplesDoNotMatter(_ convention: CenterConvention) throws {
    var loss = CenterLoss<Double>(convention)
    let batch = TensorBatch.random(weighted: true, seed: 5)
    let order = [3, 0, 5, 1, 4, 2]
    let (value, gradients) = try loss(batch)
    let (permuted, others) = try loss(batch.rows(order))
    #expect((value.value - permuted.value).magnitude <= 1e-14 * value.value)
    #expect(largestDifference(gradients.centers!.array, others.centers!.array) < 1e-14)
    let expected = TensorBatch(embeddings: gradients.embeddings!, labels: batch.labels).rows(order).embeddings
    #expect(largestDifference(expected.array, others.embeddings!.array) < 1e-14)
    let doubled = try loss.value(for: batch.rows(Array(0..<6) + Array(0..<6)))
    #expect((doubled.value - (convention.reduction == .sum ? 2 : 1) * value.value).magnitude < 1e-13)
  }

  @Test(arguments: conventions) func samplesOnTheirCentersCostNothing(_ convention: CenterConvention) throws {
    var batch = batch
    batch.centers = Tensor([0, 1, 1, 0, 0, -1], shape: [3, 2])
    batch.embeddings = Tensor([0, 1, 1, 0, 0, -1, 1, 0], shape: [4, 2])
    batch.inclusion = Tensor(repeating: 1, shape: [4, 2])
    var loss = CenterLoss<Double>(convention)
    let (value, gradients) = try loss(batch)
    #expect(value.value == 0 && value.activeFraction == 0)
    #expect(gradients.embeddings!.array.allSatisfy { $0 == 0 })
    #expect(gradients.centers!.array.allSatisfy { $0 == 0 })
  }

  @Test(arguments: conventions) func lenientEqualsTheBatchWithoutTheRowToTheBit(_ convention: CenterConvention) throws {
    var loss = CenterLoss<Double>(convention, nonFinite: .lenient)
    var batch = TensorBatch.random(samples: 9, weighted: true, seed: 8)
    let (value, gradients) = try loss(batch.rows([0, 1, 3, 4, 5, 6, 8]))
    batch.embeddings[2, 1] = .nan
    batch.included = (0..<9).map { $0 != 7 }
    batch.labels[7] = 99
    let (partial, others) = try loss(batch)
    #expect(partial.value == value.value && partial.validCount == 7)
    #expect(others.centers == gradients.centers)
    #expect(throws: MetricError.nonFinite(.embeddings, row: 2, column: 1)) {
      try CenterLoss<Double>(convention).value(for: batch)
    }
  }

  @Test(arguments: conventions) func extremesStayFinite(_ convention: CenterConvention) throws {
    var loss = CenterLoss<Float>(convention)
    for magnitude in [Float(0), 1e-20, 1e4] {
      let batch = TensorBatch<Float>(
        embeddings: Tensor([magnitude, -magnitude, 0, magnitude], shape: [2, 2]), labels: [0, 1],
        centers: Tensor([-magnitude, magnitude, 0, -magnitude], shape: [2, 2]),
        inclusion: Tensor(repeating: 1, shape: [2, 2]))
      let (value, gradients) = try loss(batch)
      #expect(value.value.isFinite && value.value >= 0)
      #expect(gradients.embeddings!.array.allSatisfy { $0.isFinite })
      #expect(gradients.centers!.array.allSatisfy { $0.isFinite })
    }
  }

  @Test func emptyBatchesAreWorthNothing() throws {
    var none = batch
    none.included = [false, false, false, false]
    var loss = CenterLoss<Double>(.dan)
    loss.reportsSamples = true
    let value = try loss.value(for: none)
    #expect(value.value == 0 && value.validCount == 0 && value.samples == [0, 0, 0, 0])
  }

  @Test func missingPartsTrap() async {
    await #expect(processExitsWith: .failure) {
      let batch = TensorBatch<Float>(embeddings: Tensor(zeros: [1, 1]), labels: [0], centers: Tensor(zeros: [2, 1]))
      _ = try CenterLoss<Float>.sparse.value(for: batch)
    }
    await #expect(processExitsWith: .failure) {
      let batch = TensorBatch<Float>(embeddings: Tensor(zeros: [1, 1]), labels: [0], centers: Tensor(zeros: [1, 1]))
      _ = try CenterLoss<Float>(.dan).value(for: batch)
    }
    await #expect(processExitsWith: .failure) {
      let batch = TensorBatch<Float>(embeddings: Tensor(zeros: [1, 1]), labels: [2], centers: Tensor(zeros: [2, 1]))
      _ = try CenterLoss<Float>(.wen).value(for: batch)
    }
  }
}
