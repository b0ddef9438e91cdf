import FERMetric
import Testing

@testable import FERModels

/// Batches by person, and what losses that read persons find in them.
@Suite struct PersonBatchTests {
  /// The labels and persons of examples, `counts[person][class]` of each, in a fixed disorder.
  private func examples(_ counts: [[Int]]) -> (labels: [Int], identities: [Int]) {
    var examples: [(label: Int, identity: Int)] = []
    for (person, classes) in counts.enumerated() {
      for (label, count) in classes.enumerated() {
        examples += Array(repeating: (label, person), count: count)
      }
    }
    var generator = SeededGenerator(seed: 3)
    generator.shuffle(&examples)
    return (examples.map(\.label), examples.map(\.identity))
  }

  private static let sets = [
    [[3, 0, 9], [1, 1, 1], [0, 5, 0], [20, 1, 2], [4, 4, 4], [0, 0, 1]],
    [[2, 2], [2, 2], [2, 2], [2, 2]],
    [[40, 3], [1, 1]],
    [[7, 5, 3]],
  ]

  @Test(arguments: [2, 3, 4, 8]) func showsEveryExampleInGroupsOfPersons(_ samples: Int) {
    for counts in Self.sets {
      let (labels, identities) = examples(counts)
      let sizes = counts.map { $0.reduce(0, +) }
      let width = min(counts.count, 16 / samples)
      for epoch in 0..<3 {
        let plan = BatchPlan(
          .perPerson(samples: samples), labels: labels, identities: identities, batchSize: 16, seed: 7, epoch: epoch)
        #expect(plan.coverage.missing == 0 && Set(plan.order) == Set(labels.indices))
        for batch in plan.batches {
          let members = plan.order[batch]
          let persons = Dictionary(grouping: members) { identities[$0] }
          #expect(persons.count == width && persons.values.allSatisfy { $0.count == samples })
          // An example stands twice only where its person has too few, and then as often as the others.
          for (person, examples) in persons {
            #expect(Set(examples).count == min(samples, sizes[person]))
          }
        }
        // There is no shorter epoch of such batches.
        let groups = sizes.map { ($0 + samples - 1) / samples }
        #expect(plan.batches.count == max((groups.reduce(0, +) + width - 1) / width, groups.max()!))
      }
    }
  }

  @Test func isExactWhereCountsAllowIt() {
    // Groups of 4: 3 + 2 + 5 + 2 = 12, in 6 batches of two persons.
    let (labels, identities) = examples([[6, 6], [8, 0], [1, 19], [3, 5]])
    func coverage(_ samples: Int, _ batchSize: Int) -> EpochCoverage {
      BatchPlan(
        .perPerson(samples: samples), labels: labels, identities: identities, batchSize: batchSize, seed: 0, epoch: 0
      ).coverage
    }
    #expect(coverage(4, 8).isExact && coverage(4, 8).note == nil)
    // A person too large for the batches, and groups that are not full, are said.
    #expect(!coverage(4, 16).isExact)
    #expect(coverage(5, 10).missing == 0 && coverage(5, 10).note?.contains("repeats") == true)
  }

  @Test func readsWhoIsTheSamePersonAndNoNumbers() {
    let (labels, identities) = examples(Self.sets[0])
    func plan(_ identities: [Int]) -> BatchPlan {
      BatchPlan(.perPerson(samples: 4), labels: labels, identities: identities, batchSize: 16, seed: 7, epoch: 1)
    }
    #expect(plan(identities) == plan(identities.map { 1000 * $0 - 2000 }))
  }

  @Test(arguments: [
    // 3 groups of 3: the class of two in two of them, the class of one in one, the class of six in all.
    ([6, 2, 1], 3, 3, 6),
    // As many classes as places in each group.
    ([4, 4, 4, 4], 4, 4, 16),
    // Places that are left show the single picture again.
    ([6, 1], 2, 4, 4),
    // Fewer pictures than places.
    ([1, 1], 2, 4, 4),
    ([5], 2, 3, 2),
  ])
  func groupsShowAsManyClassesAsTheyCan(counts: [Int], groups: Int, samples: Int, expected: Int) {
    let labels = examples([counts]).labels
    for seed in 0..<8 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let cut = PersonGroups.cut(
        Array(labels.indices), labels: labels, count: groups, samples: samples, using: &generator)
      #expect(cut.count == groups && cut.allSatisfy { $0.count == samples })
      #expect(Set(cut.joined()) == Set(labels.indices))
      let classes = cut.map { group in Set(group.map { labels[$0] }).count }
      #expect(classes.reduce(0, +) == expected && classes.max()! - classes.min()! <= 1)
    }
  }

  /// The share of places whose picture is the anchor of a complete five-tuple.
  private func completeAnchors(_ composition: BatchComposition, of samples: [FaceSample]) throws -> Double {
    let (labels, identities) = (samples.map(\.label), samples.compactMap(\.identity))
    let plan = BatchPlan(composition, labels: labels, identities: identities, batchSize: 32, seed: 0, epoch: 0)
    var generator = SeededGenerator(seed: 1)
    let complete = try plan.batches.reduce(0) { sum, batch in
      let examples = plan.order[batch]
      let embeddings = Tensor<Double>.normal([examples.count, 4], &generator)
      let (labels, identities) = (examples.map { labels[$0] }, examples.map { identities[$0] })
      let loss = FiveTupletLoss<Double>()
      return sum
        + (try loss.value(
          for: MetricBatch(embeddings: embeddings.matrix, labels: labels.span, identities: identities.span)
        ).validCount)
    }
    return Double(complete) / Double(plan.order.count)
  }

  @Test func fiveTuplesAreCompleteMoreOften() throws {
    let samples = SyntheticFaces(trainCount: 4096, testCount: 7).samples(in: .train)
    let ordinary = try completeAnchors(.shuffled, of: samples)
    let byClass = try completeAnchors(.perClass(samples: 4), of: samples)
    let byPerson = try completeAnchors(.perPerson(samples: 4), of: samples)
    #expect(byPerson > 0.9 && max(ordinary, byClass) < 0.1)
  }

  @Test func batchesByPersonWithoutPersonsTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = BatchPlan(.perPerson(samples: 2), labels: [0, 1, 1], batchSize: 4, seed: 0, epoch: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = BatchPlan(.perPerson(samples: 2), labels: [0, 1, 1], identities: [0, 1], batchSize: 4, seed: 0, epoch: 0)
    }
  }
}
