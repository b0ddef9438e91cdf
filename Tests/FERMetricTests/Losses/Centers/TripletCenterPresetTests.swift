import Testing

@testable import FERMetric

/// The triplet-center loss as published, its neighbours, and the fused pass without a squash.
@Suite struct TripletCenterPresetTests {
  private let batch = TensorBatch<Double>(
    embeddings: Tensor([1, 2, 0, 1, 3, -1, -1, 0], shape: [4, 2]), labels: [0, 1, 2, 1],
    centers: Tensor([0, 0, 1, 1, 2, -2], shape: [3, 2]))

  private func checkPublished(_ margin: Double, samples: [Double], meanCenters: [Double]) throws {
    var published = TripletCenterLoss<Double>.publishedTripletCenter(margin: margin)
    published.reportsSamples = true
    let (value, gradients) = try published(batch)
    #expect(value.samples == samples)
    #expect(value.value == samples.reduce(0, +))
    #expect(gradients.centers!.array.map { $0 / 4 } == meanCenters)
    if margin == 1 { #expect(gradients.embeddings!.array == [1, 1, -1, -1, 0, 0, -1, -1]) }
  }

  @Test func publishedFormGivesItsNumbers() throws {
    try checkPublished(1, samples: [3, 1, 0, 3], meanCenters: [-0.5, -0.25, 0.75, 0.5, 0, 0])
    try checkPublished(5, samples: [7, 5, 2, 7], meanCenters: [-0.5, -0.25, 1.25, 0, -0.25, -0.25])
  }

  @Test func samplesBeyondTheMarginGetNoGradient() throws {
    var separated = batch
    separated.centers = Tensor([1, 2, 40, 0, 0, 40], shape: [3, 2])
    separated.embeddings = Tensor([1, 2, 40, 0, 0, 40, 39, 0], shape: [4, 2])
    let presets: [TripletCenterLoss<Double>] = [
      .publishedTripletCenter(), .tripletCenter(), .fixedMargin(), .allCenters(), .allCenters(reduction: .sum),
    ]
    for preset in presets {
      var loss = preset
      let (value, gradients) = try loss(separated)
      #expect(value.value == 0 && value.activeFraction == 0)
      #expect(gradients.embeddings!.array.allSatisfy { $0 == 0 })
      #expect(gradients.centers!.array.allSatisfy { $0 == 0 })
    }
  }

  static let presets: [TripletCenterLoss<Double>] = [
    .publishedTripletCenter(), .tripletCenter(), .fixedMargin(), .allCenters(), .allCenters(reduction: .sum),
    TripletCenterLoss(sampler: .mixed(), squash: .none, power: .root, distanceScale: 0.7, positiveWeight: 2),
    TripletCenterLoss(sampler: .nearestCenter(), distanceScale: 0.7, positiveWeight: 2),
    TripletCenterLoss(sampler: .allCenters(), margin: .constant(2), power: .root, distanceScale: 3),
  ]

  @Test(arguments: 0..<presets.count) func gradientsEqualDifferenceQuotients(_ place: Int) throws {
    var batch = TensorBatch.random(weighted: true, seed: 11)
    batch.predictions = [0, 1, 2, 3, 0, 1]
    let loss = Self.presets[place]
    // The adaptive margin is a constant for the gradient: only margins that do not depend on weights are compared.
    if loss.margin is AdaptiveMarginGenerator<Double> { batch.inclusion = nil }
    #expect(try gradientError(of: loss, on: batch) < 1e-7)
  }

  @Test(arguments: 0..<presets.count) func fusedPassEqualsGeneralPass(_ place: Int) throws {
    for (dimension, classes) in [(1, 3), (63, 7), (64, 17), (130, 40)] {
      var generator = SeededGenerator(seed: UInt64(place * 100 + dimension))
      let batch = TensorBatch<Double>(
        embeddings: .normal([9, dimension], &generator), labels: (0..<9).map { _ in generator.next(below: classes) },
        centers: .normal([classes, dimension], &generator),
        inclusion: place.isMultiple(of: 2) ? .uniform([9, dimension], in: 0...1, &generator) : nil,
        predictions: (0..<9).map { _ in generator.next(below: classes) })
      var fused = Self.presets[place]
      fused.reportsSamples = true
      var general = fused
      general.forcesGeneralPass = true
      let (left, ours) = try fused(batch, weight: 0.3)
      let (right, theirs) = try general(batch, weight: 0.3)
      #expect(largestDifference(left.samples!, right.samples!) < 1e-11)
      #expect((left.value - right.value).magnitude < 1e-11)
      #expect((left.meanNegativeDistance - right.meanNegativeDistance).magnitude < 1e-11)
      #expect(largestDifference(ours.embeddings!.array, theirs.embeddings!.array) < 1e-12)
      #expect(largestDifference(ours.centers!.array, theirs.centers!.array) < 1e-12)
      #expect(largestDifference(ours.margins!.array, theirs.margins!.array) < 1e-15)
      if let weights = ours.inclusion {
        #expect(largestDifference(weights.array, theirs.inclusion!.array) < 1e-12)
      }
    }
  }

  @Test func factorOfDistancesIsRefusedWhereItHasNoMeaning() {
    var options = TripletCenterOptions()
    options.distanceScale = 0
    #expect(options.objection?.contains("positive number") == true)
    options.distanceScale = 0.5
    #expect(options.objection == nil)
    options.form = .log
    #expect(options.objection?.contains("ratios") == true)
  }
}
