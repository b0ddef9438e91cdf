import FERMetric
import Testing

@Suite struct CollapseWatchTests {
  /// Causes and steps of what was noticed.
  private func causes(_ rehearsal: Rehearsal, steps: Int = 200) throws -> [CollapseCause] {
    var rehearsal = rehearsal
    let warnings = try rehearsal.run(steps: steps)
    #expect(warnings.allSatisfy { $0.step <= steps })
    return warnings.map(\.cause)
  }

  @Test func attachedMarginIsFlagged() throws {
    let loss = TripletCenterLoss<Double>.amtc3l(sampler: .mixed(), gradient: .attached)
    #expect(try causes(Rehearsal(loss, attends: true)) == [.attachedMargin])
    // A penalty keeps the weights up.
    let kept = Rehearsal(loss, attends: true, regularizer: .penalty(strength: 50, target: 0.5))
    #expect(try causes(kept) == [])
  }

  @Test func equalCentersAreFlagged() throws {
    for update in [ClassCenters<Double>.Update.external, .gradient(rate: 0.5)] {
      let centers = ClassCenters(Tensor<Double>(repeating: 0.2, shape: [7, 12]), update: update)
      #expect(try causes(Rehearsal(.amtc3l(), attends: true, centers: centers)).first == .equalCenters)
    }
  }

  @Test func tooLargeARateIsFlagged() throws {
    let losses: [TripletCenterLoss<Double>?] = [nil, .tc3l(sampler: .nearestCenter()), .tripletCenter()]
    for loss in losses {
      // Some steps later there are no numbers left.
      #expect(try causes(Rehearsal(loss, rate: 400), steps: 40).first == .excessiveRate)
    }
  }

  @Test func healthyTrainingsRaiseNothing() throws {
    try expectHealth("cross-entropy", Rehearsal(nil))
    try expectHealth("TC3L", Rehearsal(.tc3l(sampler: .mixed())))
    try expectHealth("TC3L, small margin", Rehearsal(.tc3l(margin: ConstantMargin(perDimension: 0.1))))
    try expectHealth("MS", Rehearsal(.amtc3l(sampler: .mathSynth()), attends: true))
    try expectHealth("NS", Rehearsal(.amtc3l(sampler: .networkSemantic()), attends: true))
    try expectHealth("MM", Rehearsal(.amtc3l(sampler: .mixed()), attends: true))
    try expectHealth("MM, hardly acting", Rehearsal(.amtc3l(sampler: .mixed()), lambda: 0.001, attends: true))
    try expectHealth("w = 2", Rehearsal(TripletCenterLoss(positiveWeight: 2), lambda: 0.3, attends: true))
    try expectHealth("nearest center, roots", Rehearsal(.tripletCenter()))
    try expectHealth("all centers", Rehearsal(.amtc3l(sampler: .allCenters()), attends: true))
  }

  private func expectHealth(_ name: String, _ rehearsal: Rehearsal) throws {
    var rehearsal = rehearsal
    let warnings = try rehearsal.run(steps: 400)
    #expect(warnings.isEmpty, "\(name): \(warnings.map(\.description))")
    #expect(rehearsal.watch.figures.step == 400 && rehearsal.watch.figures.effectiveRank! > 2, "\(name)")
  }

  // What follows are single lines of the watch, on batches made for them.

  private func batch(
    _ embeddings: Tensor<Double>, centers: Tensor<Double>? = nil, inclusion: Tensor<Double>? = nil, labels: [Int]? = nil
  ) -> TensorBatch<Double> {
    TensorBatch(
      embeddings: embeddings, labels: labels ?? (0..<embeddings.shape[0]).map { $0 % 4 }, centers: centers,
      inclusion: inclusion)
  }

  private func observe(
    _ watch: inout CollapseWatch<Double>, steps: Int, metric: LossValue<Double>? = nil,
    _ batch: (Int) -> TensorBatch<Double>
  ) -> [CollapseWarning] {
    (0..<steps).flatMap { watch.observe(batch($0), metric: metric, classification: 1) }
  }

  private var cloud: Tensor<Double> {
    var generator = SeededGenerator(seed: 2)
    return .normal([16, 6], &generator)
  }

  private func scheduled(_ gradient: MarginGradient) -> TripletCenterLoss<Double> {
    let schedule = MarginSchedule.linear(from: 0.5, to: 1, steps: 100)
    let margin = AdaptiveMarginGenerator<Double>(gradient: gradient)
    return TripletCenterLoss(margin: margin.scheduled(schedule).scheduled(schedule))
  }

  @Test func exclusionIsNotTheMarginsFault() {
    for (loss, cause) in [
      (TripletCenterLoss<Double>.amtc3l(), CollapseCause.exclusion), (.amtc3l(gradient: .attached), .attachedMargin),
      (scheduled(.detached), .exclusion), (scheduled(.attached), .attachedMargin),
    ] {
      var watch = CollapseWatch<Double>(for: loss)
      let warnings = observe(&watch, steps: 60) { step in
        batch(cloud, inclusion: Tensor(repeating: 0.5 / Double(1 + step), shape: [16, 6]))
      }
      #expect(warnings.map(\.cause) == [cause] && warnings[0].step == 11)
      #expect(watch.figures.meanInclusion! < 0.01)
    }
  }

  @Test func mergedDeadAndAbsentCenters() {
    var generator = SeededGenerator(seed: 6)
    let start = Tensor<Double>.normal([4, 6], &generator)
    var merging = CollapseWatch<Double>()
    let merged = observe(&merging, steps: 60) { step in
      batch(cloud, centers: start * Double.exponential(-Double(step) / 2))
    }
    #expect(merged.map(\.cause) == [.mergedCenters])

    // Center 2 rests far away while the others move.
    var resting = CollapseWatch<Double>()
    let dead = observe(&resting, steps: 60) { step in
      var centers = start * (1 + 0.01 * Double(step))
      for j in 0..<6 { centers[2, j] = 300 }
      return batch(cloud, centers: centers)
    }
    #expect(dead.map(\.cause) == [.deadCenters] && dead[0].classes == [2] && dead[0].step == 31)
    // Centers that rest because they are right, or that nobody moves, are not dead.
    var content = CollapseWatch<Double>()
    #expect(
      observe(&content, steps: 100) { step in
        var centers = start * (1 + 0.01 * Double(step))
        for j in 0..<6 { centers[2, j] = cloud[2, j] }
        return batch(cloud, centers: centers)
      }.isEmpty)
    var fixed = CollapseWatch<Double>()
    #expect(observe(&fixed, steps: 100) { _ in batch(cloud, centers: start * 100) }.isEmpty)

    var thresholds = CollapseThresholds()
    thresholds.absence = 30
    var waiting = CollapseWatch<Double>(thresholds: thresholds)
    let absent = observe(&waiting, steps: 60) { _ in
      batch(cloud, centers: start, labels: (0..<16).map { [0, 1, 3][$0 % 3] })
    }
    #expect(absent.map(\.cause) == [.absentClasses] && absent[0].classes == [2])
  }

  /// Class 2 has an example between any two looks, but few looks are at a batch that holds one.
  @Test func centersOfRareClassesMayRest() {
    var generator = SeededGenerator(seed: 6)
    let start = Tensor<Double>.normal([4, 6], &generator)
    let cloud = cloud
    func watched(_ center: (_ step: Int, _ column: Int) -> Double) -> [CollapseWarning] {
      var watch = CollapseWatch<Double>()
      return observe(&watch, steps: 600) { step in
        var centers = start * (1 + 0.001 * Double(step))
        for j in 0..<6 { centers[2, j] = center(step, j) }
        let isShown = step % 10 == 5 || step.isMultiple(of: 60)
        return batch(cloud, centers: centers, labels: (0..<16).map { isShown || $0 % 4 != 2 ? $0 % 4 : 0 })
      }
    }
    // It is right for its samples, which most looks do not see.
    #expect(watched { _, column in cloud[2, column] }.isEmpty)
    // It moves by less than a millionth from look to look.
    #expect(watched { step, _ in 300 + 1e-5 * Double(step) }.isEmpty)
    // It rests, and is far from all of its samples: 30 steps with an example show it.
    let dead = watched { _, _ in 300 }
    #expect(dead.map(\.cause) == [.deadCenters] && dead[0].classes == [2] && dead[0].step == 261)
  }

  @Test func equalSmallAndFlatEmbeddings() {
    let margin = LossValue<Double>(value: 8, validCount: 16, activeFraction: 1, meanMargin: 8)
    var equal = CollapseWatch<Double>()
    #expect(
      observe(&equal, steps: 60, metric: margin) { _ in batch(cloud * 1e-5 + Tensor(repeating: 1, shape: [16, 6])) }
        .map(\.cause) == [.equalEmbeddings])
    var small = CollapseWatch<Double>()
    let warnings = observe(&small, steps: 60, metric: margin) { _ in batch(cloud * 1e-3) }
    #expect(warnings.map(\.cause) == [.smallEmbeddings] && warnings[0].description.contains("squashScale"))
    var flat = CollapseWatch<Double>()
    let line = Tensor<Double>((0..<96).map { Double($0 / 6) * [1, -2, 0.5, 0, 3, 1][$0 % 6] }, shape: [16, 6])
    #expect(observe(&flat, steps: 60) { _ in batch(line) }.map(\.cause) == [.lowRank])
    #expect((flat.figures.effectiveRank! - 1).magnitude < 1e-6)
    // Two classes need no second direction.
    var two = CollapseWatch<Double>()
    #expect(observe(&two, steps: 60) { _ in batch(line, labels: (0..<16).map { $0 % 2 }) }.isEmpty)
  }

  @Test func tripletsAtTheirMarginHaveRunTogether() {
    func watched(near: Double, far: Double, active: Double) -> [CollapseWarning] {
      var watch = CollapseWatch<Double>(for: TripletLoss.batchHard())
      let value = LossValue<Double>(
        value: 0.206, validCount: 16, activeFraction: active, meanMargin: 0.2, meanPositiveDistance: near,
        meanNegativeDistance: far)
      return observe(&watch, steps: 200, metric: value) { _ in batch(cloud) }
    }
    let stuck = watched(near: 0.046, far: 0.04, active: 1)
    #expect(stuck.map(\.cause) == [.equalEmbeddings] && stuck[0].step == 91)
    #expect(watched(near: 0.446, far: 0.04, active: 1).isEmpty)
    #expect(watched(near: 0.046, far: 0.04, active: 0.9).isEmpty)
  }

  @Test func severalProxiesOfAClassAreNoClasses() {
    let labels = (0..<16).map { $0 % 4 }
    let proxies = (0..<8).map { Double($0) }.flatMap { [Double](repeating: $0, count: 6) }
    var watch = CollapseWatch<Double>(for: SoftTripleLoss())
    let warnings = observe(&watch, steps: 600) { step in
      var moving = Tensor<Double>(proxies, shape: [8, 6])
      moving[0, 0] = Double(step)
      return batch(cloud, centers: moving, labels: labels)
    }
    #expect(warnings.isEmpty)
    var strict = CollapseWatch<Double>()
    let absent = observe(&strict, steps: 600) { _ in
      batch(cloud, centers: Tensor(proxies, shape: [8, 6]), labels: labels)
    }
    #expect(absent.map(\.cause) == [.absentClasses])
  }

  @Test func lossesThatGrowOrAreNoNumbers() {
    var growing = CollapseWatch<Double>()
    let grown = (0..<100).flatMap { growing.observe(batch(cloud), classification: 2 + Double($0) / 10) }
    #expect(grown.map(\.cause) == [.excessiveRate] && grown[0].sign.contains("classification"))
    var broken = CollapseWatch<Double>()
    let lost = (0..<10).flatMap { broken.observe(batch(cloud), classification: $0 == 7 ? .infinity : 2) }
    #expect(lost.map(\.cause) == [.excessiveRate] && lost[0].step == 8)
  }

  @Test func everyCauseSaysWhatToDo() {
    #expect(Set(CollapseCause.allCases.map(\.explanation)).count == CollapseCause.allCases.count)
    #expect(CollapseCause.allCases.allSatisfy { !$0.remedy.isEmpty && !$0.explanation.hasSuffix(".") })
    var watch = CollapseWatch<Double>()
    let warning = observe(&watch, steps: 1) { _ in batch(cloud, centers: Tensor(zeros: [4, 6])) }[0]
    #expect(warning.description.hasPrefix("step 1: centers spread by 0.0, embeddings have the scale "))
    #expect(warning.description.contains(CollapseCause.equalCenters.remedy))
  }
}
