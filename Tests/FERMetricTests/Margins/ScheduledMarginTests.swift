import FERMetric
import Testing

@Suite struct ScheduledMarginTests {
  private let batch = TensorBatch<Double>(
    embeddings: Tensor([0, 1, 2], shape: [3, 1]), labels: [0, 1, 1], centers: Tensor([0, 2], shape: [2, 1]),
    inclusion: Tensor([1, 0.5, 0.25], shape: [3, 1]))

  @Test func factorsFollowTheirSchedules() {
    let linear = MarginSchedule.linear(from: 0.5, to: 1, steps: 4)
    #expect((0...6).map { linear.factor(atStep: $0) } == [0.5, 0.625, 0.75, 0.875, 1, 1, 1])
    let cosine = MarginSchedule.cosine(from: 1, to: 0, steps: 2)
    #expect((cosine.factor(atStep: 1) - 0.5).magnitude < 1e-15)
    #expect(cosine.factor(atStep: 0) == 1 && cosine.factor(atStep: 2) == 0 && cosine.factor(atStep: 9) == 0)
    #expect(MarginSchedule.linear(from: 3, to: 2, steps: 0).factor(atStep: 0) == 2)
    let stages = MarginSchedule.stages(first: 1, then: [.init(step: 2, factor: 3), .init(step: 5, factor: 0.5)])
    #expect((0...6).map { stages.factor(atStep: $0) } == [1, 1, 3, 3, 3, 0.5, 0.5])
    #expect(stages.smallest == 0.5 && stages.largest == 3 && linear.smallest == 0.5 && cosine.largest == 1)
  }

  @Test func trainingStepsMoveTheMarginAndEvaluationDoesNot() throws {
    var loss = TripletCenterLoss<Double>(
      sampler: .nearestCenter(), margin: ConstantMargin<Double>(8).scheduled(.linear(from: 0, to: 1, steps: 4)),
      squash: .none)
    var margins: [Double] = []
    for _ in 0..<6 {
      _ = try loss.value(for: batch)
      margins.append(try loss(batch).value.meanMargin)
    }
    #expect(margins == [0, 2, 4, 6, 8, 8])
  }

  @Test func aFactorOfZeroIsContentWithEqualCenters() throws {
    var fallen = batch
    fallen.centers = Tensor([0.7, 0.7], shape: [2, 1])
    var loss = TripletCenterLoss<Double>(
      sampler: .nearestCenter(), margin: ConstantMargin<Double>(2).scheduled(.linear(from: 0, to: 1, steps: 2)),
      squash: .none)
    let (value, gradients) = try loss(fallen)
    #expect(value.value == 0 && gradients.centers!.array == [0, 0])
    // Once it has grown, the loss tells of them: it is stuck at the margin.
    let later = try (0..<2).map { _ in try loss(fallen).value.value }
    #expect(later == [1, 2])
  }

  @Test func gradientOfTheBaseIsScaled() throws {
    let attached = AdaptiveMarginGenerator<Double>(gradient: .attached)
    var plain = TripletCenterLoss<Double>(sampler: .nearestCenter(), margin: attached)
    var half = TripletCenterLoss<Double>(
      sampler: .nearestCenter(), margin: attached.scheduled(.linear(from: 0.5, to: 0.5, steps: 1)))
    let full = try plain(batch).gradients.inclusion!.array
    let scaled = try half(batch).gradients.inclusion!.array
    // ∂ℓ/∂a holds κ once, and half of it here; all three samples stay active.
    #expect(largestDifference(zip(full, scaled).map { $0 - $1 }, [1.0 / 6, 1.0 / 6, 1.0 / 6]) < 1e-15)
  }

  @Test func gradientOfTheBatchsMarginsIsScaled() throws {
    var given = batch
    given.margins = [3, 2, 4]
    let schedule = MarginSchedule.linear(from: 0.5, to: 0.5, steps: 1)
    func loss(_ margin: some MarginGenerator<Double>) -> TripletCenterLoss<Double> {
      TripletCenterLoss(sampler: .nearestCenter(), margin: margin)
    }
    for (margin, factor) in [
      (PerSampleMargin<Double>().scheduled(schedule), 0.5),
      (PerSampleMargin<Double>().scheduled(schedule).scheduled(schedule), 0.25),
    ] {
      var scheduled = loss(margin)
      let gradient = try scheduled(given).gradients.margins!
      // Every sample is active, so that the loss rises by a third of the factor with each margin.
      #expect(largestDifference(gradient.array, Array(repeating: factor / 3, count: 3)) < 1e-15)
      for i in 0..<3 {
        var (above, below) = (given, given)
        above.margins![i] += 1e-6
        below.margins![i] -= 1e-6
        let value = try loss(margin).value(for: above).value - loss(margin).value(for: below).value
        #expect((value / 2e-6 - gradient[i]).magnitude < 1e-8)
      }
    }
  }

  @Test func theStepIsKeptOverACheckpoint() throws {
    func make() -> TripletCenterLoss<Double> {
      TripletCenterLoss(
        sampler: .nearestCenter(),
        margin: LearnedMargin<Double>(initial: 4, lowerBound: 1, rate: 0.5).scheduled(
          .cosine(from: 0, to: 1, steps: 9)),
        squash: .none)
    }
    var left = make()
    for _ in 0..<3 { _ = try left(batch) }
    var saved: [String: MetricState<Double>] = [:]
    left.visitState { saved[$0] = $1 }
    #expect(saved.keys.sorted() == ["margin.step", "margin.values"])
    var right = make()
    right.visitState { name, state in state = saved[name] ?? state }
    let (ours, theirs) = (try left(batch).value, try right(batch).value)
    #expect(ours == theirs)
  }

  @Test func boundIsThatOfTheSmallestFactor() {
    let margin = ConstantMargin<Double>(perDimension: 2).scheduled(.linear(from: 3, to: 0.5, steps: 7))
    #expect(margin.lowerBound(dimension: 5) == 1)
    let given = PerSampleMargin<Double>().scheduled(.linear(from: 1, to: 1, steps: 1))
    #expect(given.lowerBound(dimension: 5) == nil)
  }

  @Test func schedulesAreChecked() async {
    await #expect(processExitsWith: .failure) {
      _ = ConstantMargin<Float>(1).scheduled(.linear(from: -1, to: 1, steps: 3))
    }
    await #expect(processExitsWith: .failure) {
      _ = ConstantMargin<Float>(1).scheduled(
        .stages(first: 1, then: [.init(step: 4, factor: 1), .init(step: 4, factor: 2)]))
    }
  }
}
