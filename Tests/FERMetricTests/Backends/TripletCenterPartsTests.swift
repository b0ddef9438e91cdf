import Testing

@testable import FERMetric

/// The fused pass on several threads: parts of a batch, put together.
@Suite struct TripletCenterPartsTests {
  /// The outcome of one call that writes, and of another that adds.
  private struct Outcome<Scalar: TensorScalar>: Equatable {
    var values: [LossValue<Scalar>] = []
    var gradients: [[Scalar]] = []
  }

  private func batch<Scalar: TensorScalar>(classes: Int, samples: Int, dimension: Int) -> TensorBatch<Scalar> {
    var generator = SeededGenerator(seed: 91, stream: UInt64(classes))
    return TensorBatch<Scalar>(
      embeddings: .normal([samples, dimension], &generator),
      labels: (0..<samples).map { _ in generator.next(below: classes) },
      centers: .normal([classes, dimension], &generator),
      inclusion: .uniform([samples, dimension], in: 0...1, &generator),
      predictions: (0..<samples).map { _ in generator.next(below: classes) },
      margins: (0..<samples).map { $0.isMultiple(of: 3) ? -1e3 : Scalar(0.3 * generator.nextUniform()) },
      included: (0..<samples).map { $0 % 11 != 5 })
  }

  private func outcome<Scalar: TensorScalar>(
    _ loss: TripletCenterLoss<Scalar>, _ batch: TensorBatch<Scalar>, on team: ThreadTeam
  ) throws -> Outcome<Scalar> {
    var result = Outcome<Scalar>()
    try withBackend(.reference(team: team)) {
      var (loss, gradients) = (loss, TensorGradients(zerosFor: batch))
      result.values.append(try loss(batch, weight: 0.7, accumulatingInto: &gradients))
      func keep() {
        for part in [gradients.embeddings, gradients.centers, gradients.inclusion, gradients.margins] {
          result.gradients.append(part?.array ?? [])
        }
      }
      keep()
      let written = try batch.withViews { (views) throws(MetricError) in
        try gradients.withViews { (sinks) throws(MetricError) in try loss(views, weight: 0.7, writingInto: &sinks) }
      }
      result.values.append(written)
      keep()
    }
    return result
  }

  private func compare<Scalar: TensorScalar>(_: Scalar.Type, within bound: Double) throws {
    let samplers: [any NegativeSampler<Scalar>] = [
      .mathSynth(), .networkSemantic(), .mixed(), .nearestCenter(), .allCenters(),
    ]
    let margins: [any MarginGenerator<Scalar>] = [.adaptive(), .perSample()]
    for (sampler, margin) in samplers.flatMap({ sampler in margins.map { (sampler, $0) } }) {
      for classes in [3, 7, 17] {
        let input: TensorBatch<Scalar> = batch(classes: classes, samples: 211, dimension: 515)
        let loss = TripletCenterLoss(sampler: sampler, margin: margin)
        let one = try outcome(loss, input, on: .callingThread)
        let two = try outcome(loss, input, on: .backwards(2))
        #expect(try outcome(loss, input, on: .dispatched(5)) == two)
        for (a, b) in zip(one.gradients, two.gradients) {
          let largest = a.map { Double($0.magnitude) }.max() ?? 0
          let apart = zip(a, b).map { Double(($0 - $1).magnitude) }.max() ?? 0
          #expect(apart <= bound * largest)
        }
        // Rows are computed alike; sums for centers and over samples are put together differently.
        #expect(one.gradients[0] == two.gradients[0] && one.gradients[2] == two.gradients[2])
        #expect(classes == 17 || one.gradients[1] != two.gradients[1])
        for (a, b) in zip(one.values, two.values) {
          #expect(Double((a.value - b.value).magnitude) <= bound * Double(a.value.magnitude))
          // Against all centers a sample is active in shares of them.
          #expect(a.validCount == b.validCount)
          #expect(Double((a.activeFraction - b.activeFraction).magnitude) <= bound)
        }
      }
    }
  }

  @Test func partsAmountToTheWhole() throws {
    try compare(Float.self, within: 1e-5)
    try compare(Double.self, within: 1e-13)
  }

  @Test(arguments: [0, 100, 210]) func aPartThatIsNotFiniteStopsTheBatch(sample: Int) throws {
    var input: TensorBatch<Float> = batch(classes: 7, samples: 211, dimension: 515)
    input.included = nil
    input.embeddings[sample, 514] = .infinity
    let loss = TripletCenterLoss<Float>.amtc3l(sampler: .mathSynth())
    #expect(throws: MetricError.self) { try outcome(loss, input, on: .dispatched(3)) }
    withBackend(.reference(team: .dispatched(3))) {
      var (other, gradients) = (loss, TensorGradients(zerosFor: input))
      #expect(throws: MetricError.self) { try other(input, accumulatingInto: &gradients) }
      #expect(gradients.embeddings?.array.allSatisfy { $0 == 0 } == true)
      #expect(gradients.centers?.array.allSatisfy { $0 == 0 } == true)
    }
  }

  @Test func aFewSamplesAreNotCut() throws {
    let input: TensorBatch<Float> = batch(classes: 7, samples: 55, dimension: 515)
    let loss = TripletCenterLoss<Float>.amtc3l(sampler: .mixed())
    #expect(try outcome(loss, input, on: .backwards(8)) == outcome(loss, input, on: .callingThread))
  }
}
