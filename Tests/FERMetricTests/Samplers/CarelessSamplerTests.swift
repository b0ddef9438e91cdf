import Testing

@testable import FERMetric

/// Says of every sample that it has a negative, and looks at nothing.
private struct CarelessSampler<Scalar: TensorScalar>: NegativeSampler {
  let form: NegativeSelection.Form

  func select(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection) {
    selection.reset(form, samples: batch.count, dimension: batch.dimension)
    if case .allOthers = form { return }
    for i in 0..<batch.count { selection.choose(batch.labels[i] == 0 ? 1 : 0, forSample: i) }
  }
}

/// A loss leaves out the samples that cannot have a negative, whatever a sampler of somebody else's says.
@Suite struct CarelessSamplerTests {
  private static let forms: [NegativeSelection.Form] = [.perSample, .perCoordinate, .allOthers(.mean)]

  private func train(
    _ batch: TensorBatch<Double>, _ form: NegativeSelection.Form, general: Bool
  ) throws -> (value: LossValue<Double>, gradients: TensorGradients<Double>) {
    var loss = TripletCenterLoss(sampler: CarelessSampler<Double>(form: form), nonFinite: .lenient)
    loss.forcesGeneralPass = general
    return try loss(batch)
  }

  private func batch(_ labels: [Int], classes: Int) -> TensorBatch<Double> {
    TensorBatch(
      embeddings: Tensor((0..<labels.count * 2).map { Double($0) / 4 - 1 }, shape: [labels.count, 2]), labels: labels,
      centers: Tensor((0..<classes * 2).map { 1 - Double($0) / 3 }, shape: [classes, 2]))
  }

  @Test(arguments: forms, [false, true])
  func excludedAndNonFiniteSamplesStayOut(_ form: NegativeSelection.Form, general: Bool) throws {
    var broken = batch([0, 99, 1, 2], classes: 3)
    broken.included = [true, false, true, true]
    broken.embeddings[2, 1] = .nan
    var clean = batch([0, 0, 0, 2], classes: 3)
    clean.embeddings = Tensor(
      concatenating: [clean.embeddings[rows: 0..<1], clean.embeddings[rows: 3..<4]])
    clean.labels = [0, 2]
    let left = try train(broken, form, general: general)
    let right = try train(clean, form, general: general)
    #expect(left.value == right.value && left.value.validCount == 2)
    #expect(left.gradients.centers == right.gradients.centers)
    #expect(left.gradients.embeddings![row: 3] == right.gradients.embeddings![row: 1])
    #expect(left.gradients.margins!.array == [0.5, 0, 0, 0.5])

    let selection = try broken.withViews {
      try CarelessSampler<Double>(form: form).selection(for: $0, nonFinite: .lenient)
    }
    #expect(selection.valid == [true, false, false, true])
  }

  @Test(arguments: forms, [false, true])
  func aSingleClassHasNoNegative(_ form: NegativeSelection.Form, general: Bool) throws {
    let (value, gradients) = try train(batch([0, 0], classes: 1), form, general: general)
    #expect(value == LossValue())
    #expect(gradients.centers!.array == [0, 0] && gradients.margins!.array == [0, 0])
  }

  @Test(arguments: forms, [false, true])
  func aLabelWithoutEligibleNegativeStaysOut(_ form: NegativeSelection.Form, general: Bool) throws {
    var input = batch([0, 1], classes: 2)
    input.eligible = [true, false]
    let (value, gradients) = try train(input, form, general: general)
    #expect(value.validCount == 1 && value.value.isFinite)
    #expect(gradients.margins!.array == [0, 1])
    #expect(gradients.embeddings![row: 0].array == [0, 0])
  }
}
