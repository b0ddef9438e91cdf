import Synchronization
import Testing

@testable import FERMetric

/// The fused pass on several threads: parts of a batch, put together.
@Suite struct TripletCenterPartsTests {
  /// What calls report that add to ones, write, and only evaluate, and what they leave in the buffers.
  private struct Outcome<Scalar: TensorScalar>: Equatable {
    var values: [LossValue<Scalar>] = []
    /// By embeddings, centers, inclusion weights and margins: after adding, and after writing.
    var gradients: [[Scalar]] = []
  }

  /// Samples of which the first ones and some others are left out.
  private func batch<Scalar: TensorScalar>(
    classes: Int, samples: Int = 211, dimension: Int = 515, first: Int = 7
  ) -> TensorBatch<Scalar> {
    var generator = SeededGenerator(seed: 91, stream: UInt64(classes))
    var batch = TensorBatch<Scalar>.drawn(
      samples: samples, classes: classes, dimension: dimension, &generator)
    batch.included = (0..<samples).map { $0 >= first && $0 % 11 != 5 }
    return batch
  }

  private func outcome<Scalar: TensorScalar>(
    _ loss: TripletCenterLoss<Scalar>, _ batch: TensorBatch<Scalar>, without missing: Set<Int> = [],
    on team: ThreadTeam
  ) throws -> Outcome<Scalar> {
    var result = Outcome<Scalar>()
    try withBackend(.reference(team: team)) {
      var (loss, gradients) = (loss, TensorGradients(zerosFor: batch))
      gradients.embeddings?.fill(with: 1)
      gradients.centers?.fill(with: 1)
      if missing.contains(0) { gradients.embeddings = nil }
      if missing.contains(1) { gradients.centers = nil }
      if missing.contains(2) { gradients.inclusion = nil }
      if missing.contains(3) { gradients.margins = nil }
      func keep() {
        for part in [gradients.embeddings, gradients.centers, gradients.inclusion, gradients.margins] {
          result.gradients.append(part?.array ?? [])
        }
      }
      result.values.append(try loss(batch, weight: 0.7, accumulatingInto: &gradients))
      keep()
      let written = try batch.withViews { (views) throws(MetricError) in
        try gradients.withViews { (sinks) throws(MetricError) in try loss(views, weight: 0.7, writingInto: &sinks) }
      }
      result.values.append(written)
      keep()
      result.values.append(try batch.withViews { (views) throws(MetricError) in try loss.value(for: views) })
    }
    return result
  }

  /// On two threads and on five to the bit, and on one but for the rounding of sums.
  private func compare<Scalar: TensorScalar>(
    _ loss: TripletCenterLoss<Scalar>, _ input: TensorBatch<Scalar>, without missing: Set<Int> = [],
    within bound: Double
  ) throws {
    let one = try outcome(loss, input, without: missing, on: .callingThread)
    let two = try outcome(loss, input, without: missing, on: .backwards(2))
    #expect(try outcome(loss, input, without: missing, on: .dispatched(5)) == two)
    for (a, b) in zip(one.gradients, two.gradients) {
      let largest = a.map { Double($0.magnitude) }.max() ?? 0
      let apart = zip(a, b).map { Double(($0 - $1).magnitude) }.max() ?? 0
      #expect(a.count == b.count && apart <= bound * largest)
    }
    // Rows are computed alike; sums for centers and over samples are put together differently.
    for place in [0, 2, 3, 4, 6, 7] { #expect(one.gradients[place] == two.gradients[place]) }
    for (a, b) in zip(one.values, two.values) {
      #expect(Double((a.value - b.value).magnitude) <= bound * Double(a.value.magnitude))
      // Against all centers a sample is active in shares of them.
      #expect(a.validCount == b.validCount)
      #expect(Double((a.activeFraction - b.activeFraction).magnitude) <= bound)
    }
  }

  private func compareAll<Scalar: TensorScalar>(_: Scalar.Type, within bound: Double) throws {
    let samplers: [any NegativeSampler<Scalar>] = [
      .mathSynth(), .networkSemantic(), .mixed(), .nearestCenter(), .allCenters(),
    ]
    let margins: [any MarginGenerator<Scalar>] = [.adaptive(), .perSample()]
    for (sampler, margin) in samplers.flatMap({ sampler in margins.map { (sampler, $0) } }) {
      for classes in [3, 7, 17] {
        let loss = TripletCenterLoss(sampler: sampler, margin: margin)
        try compare(loss, batch(classes: classes), within: bound)
        try compare(loss, batch(classes: classes, samples: 2503, dimension: 15), within: bound)
      }
      let loss = TripletCenterLoss(sampler: sampler, margin: margin)
      // The first half, of two parts, has no sample that takes part.
      try compare(loss, batch(classes: 7, first: 106), within: bound)
      for missing in [[1], [0, 3], [0, 1, 2, 3]] as [Set<Int>] {
        try compare(loss, batch(classes: 7), without: missing, within: bound)
      }
    }
  }

  @Test func partsAmountToTheWhole() throws {
    try compareAll(Float.self, within: 1e-5)
    try compareAll(Double.self, within: 1e-13)
  }

  /// Parts of gradients of eight MiB go past the caches, too.
  @Test func largeGradients() throws {
    for sampler in [.mathSynth(), .networkSemantic()] as [any NegativeSampler<Float>] {
      try compare(.amtc3l(sampler: sampler), batch(classes: 7, samples: 1100, dimension: 1024), within: 1e-5)
    }
  }

  @Test(arguments: [0, 100, 210]) func aPartThatIsNotFiniteStopsTheBatch(sample: Int) throws {
    var input: TensorBatch<Float> = batch(classes: 7)
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
    let parts = Mutex<[Int]>([])
    let team = ThreadTeam(
      threads: { 8 },
      run: { count, body in
        parts.withLock { $0.append(count) }
        for index in 0..<count { body(index) }
      })
    let loss = TripletCenterLoss<Float>.amtc3l(sampler: .networkSemantic())
    for input in [batch(classes: 7, samples: 63), batch(classes: 13, samples: 103)] as [TensorBatch<Float>] {
      _ = try outcome(loss, input, on: team)
    }
    #expect(parts.withLock { $0 } == [])
    for input in [batch(classes: 7, samples: 64), batch(classes: 7, samples: 220)] as [TensorBatch<Float>] {
      _ = try outcome(loss, input, on: team)
    }
    #expect(parts.withLock { $0 } == [2, 2, 2, 3, 3, 3])
  }
}
