import FERMetric
import Testing

@testable import FERModels

@Suite struct BatchPlanTests {
  /// Labels of `counts` examples a class, in a fixed disorder.
  private func labels(_ counts: [Int]) -> [Int] {
    var labels = counts.enumerated().flatMap { Array(repeating: $0, count: $1) }
    var generator = SeededGenerator(seed: 3)
    generator.shuffle(&labels)
    return labels
  }

  private static let skewed = [129, 28, 72, 477, 198, 70, 252]

  private static let compositions: [BatchComposition] = [
    .shuffled, .balanced(), .balanced(.dataSize), .perClass(samples: 1), .perClass(samples: 4), .perClass(samples: 16),
    .perPerson(samples: 2), .perPerson(samples: 5),
  ]

  /// Eleven persons in turn.
  private func persons(_ labels: [Int]) -> [Int] { labels.indices.map { $0 % 11 } }

  /// How often each example is shown, from the plan itself.
  private func shown(_ plan: BatchPlan, _ count: Int) -> [Int] {
    var shown = [Int](repeating: 0, count: count)
    for batch in plan.batches { for position in plan.order[batch] { shown[position] += 1 } }
    return shown
  }

  @Test(arguments: compositions) func isAFunctionOfSeedAndEpoch(_ composition: BatchComposition) {
    let labels = labels(Self.skewed)
    func plan(_ seed: UInt64, _ epoch: Int) -> BatchPlan {
      BatchPlan(
        composition, labels: labels, identities: persons(labels), batchSize: 40, seed: seed, epoch: epoch)
    }
    #expect(plan(1, 4) == plan(1, 4))
    #expect(plan(1, 4).order != plan(1, 5).order && plan(1, 4).order != plan(2, 4).order)
    #expect(plan(1, 4).batches == plan(1, 9).batches)
    // Batches tile the order, so that a training goes on at any of them.
    #expect(plan(1, 4).batches.flatMap { Array($0) } == Array(plan(1, 4).order.indices))
  }

  @Test(arguments: compositions) func coverageIsWhatThePlanShows(_ composition: BatchComposition) {
    for counts in [Self.skewed, [8, 8, 8], [1, 1], [5], [0, 7, 3]] {
      let labels = labels(counts)
      let plan = BatchPlan(
        composition, labels: labels, identities: persons(labels), batchSize: 32, seed: 5, epoch: 2)
      let shown = shown(plan, labels.count)
      #expect(plan.coverage.missing == shown.count { $0 == 0 })
      #expect(plan.coverage.repetitions == shown.reduce(0) { $0 + max(0, $1 - 1) })
      #expect(plan.coverage.isExact == shown.allSatisfy { $0 == 1 })
      #expect((plan.coverage.note == nil) == plan.coverage.isExact)
      #expect(plan.coverage.classes.map(\.examples) == Array(counts.prefix { _ in true }))
      // Nothing but the balance of a fixed length leaves anything out.
      if composition != .balanced(.dataSize) { #expect(plan.coverage.missing == 0) }
    }
  }

  /// What pytorch-metric-learning's MPerClassSampler does not do: every example is seen in every epoch.
  @Test(arguments: [1, 2, 4, 8, 16]) func perClassShowsEveryExample(_ samples: Int) {
    for counts in [Self.skewed, [40, 3, 17], [200, 1, 1], [9, 9, 9, 9], [2, 2]] {
      let labels = labels(counts)
      for epoch in 0..<3 {
        let plan = BatchPlan(.perClass(samples: samples), labels: labels, batchSize: 34, seed: 7, epoch: epoch)
        #expect(shown(plan, labels.count).allSatisfy { $0 >= 1 })
        let width = min(counts.count, 34 / samples)
        for batch in plan.batches {
          let members = plan.order[batch]
          var sizes = [Int](repeating: 0, count: counts.count)
          for position in members { sizes[labels[position]] += 1 }
          #expect(sizes.allSatisfy { $0 == 0 || $0 == samples } && sizes.count { $0 > 0 } == width)
          // No example stands twice in a batch whose class is large enough.
          let large = members.filter { counts[labels[$0]] >= samples }
          #expect(Set(large).count == large.count)
        }
        // There is no shorter epoch of such batches.
        let groups = counts.map { ($0 + samples - 1) / samples }
        #expect(plan.batches.count == max((groups.reduce(0, +) + width - 1) / width, groups.max()!))
      }
    }
  }

  @Test func perClassIsExactWhereCountsAllowIt() {
    // Groups of 4: 3 + 2 + 5 + 2 = 12, in 6 batches of two classes.
    let labels = labels([12, 8, 20, 8])
    let plan = BatchPlan(.perClass(samples: 4), labels: labels, batchSize: 8, seed: 0, epoch: 0)
    #expect(plan.coverage.isExact && plan.batches.count == 6 && plan.coverage.note == nil)
    #expect(shown(plan, 48).allSatisfy { $0 == 1 })
    // A class too large for its batches, and groups that are not full, are said.
    #expect(!BatchPlan(.perClass(samples: 4), labels: labels, batchSize: 16, seed: 0, epoch: 0).coverage.isExact)
    let odd = BatchPlan(.perClass(samples: 5), labels: labels, batchSize: 10, seed: 0, epoch: 0).coverage
    #expect(odd.missing == 0 && odd.repetitions == odd.places - 48 && odd.note?.contains("repeats") == true)
  }

  @Test func balancedBatchesHoldClassesAlike() {
    let labels = labels(Self.skewed)
    for length in BatchComposition.EpochLength.allCases {
      let plan = BatchPlan(.balanced(length), labels: labels, batchSize: 33, seed: 1, epoch: 3)
      for batch in plan.batches {
        var sizes = [Int](repeating: 0, count: 7)
        for position in plan.order[batch] { sizes[labels[position]] += 1 }
        #expect(sizes.max()! - sizes.min()! <= 1)
      }
      #expect(Set(plan.coverage.classes.map(\.places)).count == 1)
    }
    let all = BatchPlan(.balanced(), labels: labels, batchSize: 33, seed: 1, epoch: 3).coverage
    #expect(all.missing == 0 && all.classes[3].mostShown == 1 && all.places == 7 * 477)
    #expect(all.classes[1].mostShown == 18)  // 477 places for 28 examples
    #expect(BatchPlan(.balanced(), labels: self.labels([9, 9, 9]), batchSize: 4, seed: 1, epoch: 0).coverage.isExact)
  }

  @Test func balanceOfTheDataSizeShowsLargeClassesInTurn() {
    let labels = labels([40, 4, 10])
    var shown = [Int](repeating: 0, count: labels.count)
    // 18 places a class and epoch; after 20 epochs 360: each of the 40 nine times, of the 4 ninety, of the 10
    // thirty-six.
    for epoch in 0..<20 {
      let plan = BatchPlan(.balanced(.dataSize), labels: labels, batchSize: 9, seed: 2, epoch: epoch)
      #expect(plan.coverage.classes.map(\.places) == [18, 18, 18])
      #expect(plan.coverage.missing >= 22 && plan.coverage.note?.contains("leaves out") == true)
      for (position, count) in self.shown(plan, labels.count).enumerated() { shown[position] += count }
    }
    for (label, count) in zip(labels, shown) { #expect(count == [9, 90, 36][label]) }
  }

  @Test func shuffledIsTheOldPlan() {
    let old = EpochPlan(sampleCount: 101, batchSize: 16, seed: 3, epoch: 2)
    let plan = BatchPlan(.shuffled, labels: labels([60, 41]), batchSize: 16, seed: 3, epoch: 2)
    #expect(plan.order == old.order && plan.batches == old.batches && plan.coverage.isExact)
  }

  @Test func impossibleBatchesTrap() async {
    #expect(BatchComposition.perClass(samples: 8).objection(batchSize: 15) != nil)
    #expect(BatchComposition.perClass(samples: 0).objection(batchSize: 15) != nil)
    #expect(BatchComposition.balanced().objection(batchSize: 2) == nil)
    await #expect(processExitsWith: .failure) {
      _ = BatchPlan(.perClass(samples: 8), labels: [0, 1], batchSize: 15, seed: 0, epoch: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = BatchPlan(.shuffled, labels: [], batchSize: 15, seed: 0, epoch: 0)
    }
  }
}
