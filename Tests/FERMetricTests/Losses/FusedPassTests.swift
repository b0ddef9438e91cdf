import Testing

@testable import FERMetric

/// The fused kernel against the general pass, where both apply.
@Suite struct FusedPassTests {
  /// Classes below and above the bound at which the kernel gathers instead of comparing; lengths around its blocks.
  private func compare<Scalar: TensorScalar>(_: Scalar.Type, classes: Int, dimension: Int, within bound: Double) throws
  {
    var generator = SeededGenerator(seed: UInt64(classes), stream: UInt64(dimension))
    let samples = 13
    let batch = TensorBatch<Scalar>(
      embeddings: .normal([samples, dimension], &generator),
      labels: (0..<samples).map { _ in generator.next(below: classes) },
      centers: .normal([classes, dimension], &generator),
      inclusion: .uniform([samples, dimension], in: 0...1, &generator),
      predictions: (0..<samples).map { _ in generator.next(below: classes) },
      margins: (0..<samples).map { _ in Scalar(0.3 * generator.nextUniform()) },
      eligible: (0..<classes).map { $0 != 1 })
    let margins: [any MarginGenerator<Scalar>] = [
      .adaptive(scale: 0.02), .adaptive(scale: 0.02, gradient: .attached), .perSample(),
    ]
    let samplers: [any NegativeSampler<Scalar>] = [
      .mathSynth(), .networkSemantic(), .mixed(), .nearestCenter(), .allCenters(), .allCenters(reduction: .sum),
      .mathSynth(space: .squashed), .mixed(space: .squashed),
    ]
    for (place, sampler) in samplers.enumerated() {
      var options = TripletCenterOptions()
      options.positiveWeight = place.isMultiple(of: 2) ? 1 : 2.5
      options.squashScale = place < 2 ? 1 : 3
      options.negativeCenterGradient = place != 1
      options.dimensionReduction = place == 2 ? .mean : .sum
      options.batchReduction = BatchReduction.allCases[place % 3]
      for weighted in [true, false] {
        // In half of the cases some samples take no part, or are not finite.
        let isPartial = place.isMultiple(of: 2) == weighted
        options.nonFinite = isPartial ? .lenient : .strict
        var fused = TripletCenterLoss(sampler: sampler, margin: margins[place / 2 % 3], options: options)
        fused.reportsSamples = true
        var general = fused
        general.forcesGeneralPass = true
        var input = batch
        if !weighted { input.inclusion = nil }
        if isPartial {
          input.included = (0..<samples).map { $0 != 2 && $0 != 5 }
          input.labels[2] = 99
          input.embeddings[4, dimension - 1] = .nan
        }
        let left = try fused(input, weight: 0.3)
        let right = try general(input, weight: 0.3)
        func expectEqual(_ a: [Scalar]?, _ b: [Scalar]?) {
          #expect(a?.count == b?.count)
          let scale = b?.reduce(1) { max($0, Double($1).magnitude) } ?? 1
          #expect(largestDifference((a ?? []).map { Double($0) }, (b ?? []).map { Double($0) }) <= bound * scale)
        }
        #expect(left.value.validCount == right.value.validCount)
        expectEqual(left.value.samples, right.value.samples)
        expectEqual(
          [
            left.value.value, left.value.activeFraction, left.value.meanMargin, left.value.meanPositiveDistance,
            left.value.meanNegativeDistance,
          ],
          [
            right.value.value, right.value.activeFraction, right.value.meanMargin, right.value.meanPositiveDistance,
            right.value.meanNegativeDistance,
          ])
        expectEqual(left.gradients.embeddings?.array, right.gradients.embeddings?.array)
        expectEqual(left.gradients.centers?.array, right.gradients.centers?.array)
        expectEqual(left.gradients.inclusion?.array, right.gradients.inclusion?.array)
        expectEqual(left.gradients.margins?.array, right.gradients.margins?.array)
      }
    }
  }

  @Test(arguments: [3, 7, 8, 16, 17, 40], [1, 63, 64, 129, 300])
  func kernelEqualsGeneralPass(classes: Int, dimension: Int) throws {
    try compare(Double.self, classes: classes, dimension: dimension, within: 1e-13)
    try compare(Float.self, classes: classes, dimension: dimension, within: 1e-5)
  }

  @Test func steadyStepsTakeNoNewMemory() async {
    await #expect(processExitsWith: .success) {
      var generator = SeededGenerator(seed: 3)
      let batch = TensorBatch<Float>(
        embeddings: .normal([64, 512], &generator), labels: (0..<64).map { $0 % 7 },
        centers: .normal([7, 512], &generator), inclusion: .uniform([64, 512], in: 0...1, &generator),
        predictions: (0..<64).map { $0 % 5 })
      let samplers: [any NegativeSampler<Float>] = [.mathSynth(), .networkSemantic(), .mixed(), .allCenters()]
      for sampler in samplers {
        var loss = TripletCenterLoss(sampler: sampler)
        var gradients = TensorGradients(zerosFor: batch)
        for _ in 0..<3 { _ = try loss(batch, accumulatingInto: &gradients) }
        MemoryPool.resetStatistics()
        for _ in 0..<5 { _ = try loss(batch, accumulatingInto: &gradients) }
        precondition(MemoryPool.statistics.misses == 0, "\(MemoryPool.statistics)")
      }
    }
  }
}
