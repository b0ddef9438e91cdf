import FERMetric
import Testing

@Suite struct LearnedMarginTests {
  /// Two classes whose samples violate the margin by different amounts; nothing but the margin moves.
  private let batch = TensorBatch<Double>(
    embeddings: Tensor([0, 0.1, 0.2, 0.3, 0.4, 5, 5.1, 5.2, 5.3, 5.4], shape: [10, 1]),
    labels: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1], centers: Tensor([0, 5], shape: [2, 1]))

  private func trained(_ margin: LearnedMargin<Double>, steps: Int, weight: Double = 1) throws -> LearnedMargin<Double>
  {
    var loss = TripletCenterLoss<Double>(sampler: .nearestCenter(), margin: margin, squash: .none)
    for _ in 0..<steps { _ = try loss(batch, weight: weight) }
    return try #require(loss.margin as? LearnedMargin<Double>)
  }

  @Test func withoutRewardEveryMarginFallsToItsBound() throws {
    let start = LearnedMargin<Double>(classes: 2, initial: 40, lowerBound: 0.5, rate: 1)
    // All samples violate a margin of 40, so each step takes the whole rate.
    #expect(try trained(start, steps: 1).values == [39, 39])
    // Bracket 0 is reached at the hardest sample's own distance; below it nothing pushes the margin on.
    let settled = try trained(start, steps: 300).values
    #expect(settled[0] < 23 && settled[1] < 31)
    let violated = LearnedMargin<Double>(initial: 2, lowerBound: 0.5, rate: 0.3)
    var near = batch
    near.centers = Tensor([0, 0], shape: [2, 1])
    var loss = TripletCenterLoss<Double>(sampler: .nearestCenter(), margin: violated, squash: .none)
    for step in 1...20 {
      _ = try loss(near)
      let value = (loss.margin as? LearnedMargin<Double>)?.values[0]
      #expect((value! - max(0.5, 2 - 0.3 * Double(step))).magnitude < 1e-12)
    }
  }

  @Test func withRewardTheShareOfViolationsSettles() throws {
    let start = LearnedMargin<Double>(classes: 2, initial: 1, lowerBound: 0.5, rate: 0.05, reward: 0.5)
    let margin = try trained(start, steps: 4000)
    var loss = TripletCenterLoss<Double>(sampler: .nearestCenter(), margin: margin, squash: .none)
    var share = 0.0
    for _ in 0..<400 { share += try loss(batch).value.activeFraction / 400 }
    #expect((share - 0.5).magnitude < 0.02)
  }

  @Test func weightAndReductionDoNotSlowTheMargin() throws {
    let start = LearnedMargin<Double>(classes: 2, initial: 40, lowerBound: 0.5, rate: 1)
    #expect(try trained(start, steps: 3, weight: 0.001).values.allSatisfy { ($0 - 37).magnitude < 1e-9 })
    var sum = TripletCenterLoss<Double>(
      sampler: .nearestCenter(), margin: start, squash: .none, batchReduction: .sum)
    _ = try sum(batch, weight: 3)
    #expect((sum.margin as? LearnedMargin<Double>)?.values.allSatisfy { ($0 - 39).magnitude < 1e-9 } == true)
    #expect(try trained(start, steps: 3, weight: 0).values == [40, 40])
  }

  @Test func evaluationAndAbsentClassesTeachNothing() throws {
    let start = LearnedMargin<Double>(classes: 3, initial: 40, lowerBound: 0.5, rate: 1)
    var loss = TripletCenterLoss<Double>(sampler: .nearestCenter(), margin: start, squash: .none)
    _ = try loss.value(for: batch)
    #expect((loss.margin as? LearnedMargin<Double>)?.values == [40, 40, 40])
    _ = try loss(batch)
    #expect((loss.margin as? LearnedMargin<Double>)?.values == [39, 39, 40])
  }

  @Test func marginsAreKeptOverACheckpoint() throws {
    var left = TripletCenterLoss<Float>(
      margin: .learned(classes: 2, initial: 4, lowerBound: 0.1, rate: 1.0 / 3), squash: .none)
    let batch = TensorBatch<Float>(
      embeddings: Tensor([0.5, 1], shape: [2, 1]), labels: [0, 1], centers: Tensor([0, 1], shape: [2, 1]))
    _ = try left(batch)
    var saved: [String: MetricState<Float>] = [:]
    left.visitState { saved[$0] = $1 }
    #expect(saved.keys.sorted() == ["margin.values"])
    var right = TripletCenterLoss<Float>(
      margin: .learned(classes: 2, initial: 4, lowerBound: 0.1, rate: 1.0 / 3), squash: .none)
    right.visitState { name, state in state = saved[name] ?? state }
    #expect(right.margin as? LearnedMargin<Float> == left.margin as? LearnedMargin<Float>)
  }

  @Test func boundsAreChecked() async {
    await #expect(processExitsWith: .failure) { _ = LearnedMargin<Float>(initial: 1, lowerBound: 0) }
    await #expect(processExitsWith: .failure) { _ = LearnedMargin<Float>(initial: 1, lowerBound: 2) }
    await #expect(processExitsWith: .failure) { _ = LearnedMargin<Float>(initial: 1, lowerBound: 0.1, reward: 1) }
    #expect(LearnedMargin<Float>(initial: 3, lowerBound: 2).lowerBound(dimension: 4) == 0.5)
  }
}
