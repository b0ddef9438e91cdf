internal import FERMetric

/// Which examples an epoch shows in which order, divided into batches: a function of labels, persons, seed and
/// epoch alone.
///
/// A training goes on at any batch of a plan that is made again:
///
///     let plan = BatchPlan(.perClass(samples: 8), labels: labels, batchSize: 56, seed: 0, epoch: 3)
///     for batch in plan.batches[17...] { train(on: plan.order[batch]) }
///     if let note = plan.coverage.note { print(note) }
///
/// No plan but that of `.balanced(.dataSize)` ever leaves an example out. An epoch has the same number of batches each
/// time.
///
/// - Complexity: O(n + places) in the examples and the places of the epoch; with `.perPerson` O(n log n), and for each
///   place that shows an example again as many steps as its person has examples.
public struct BatchPlan: Sendable, Hashable {
  /// Positions of the examples in the order in which they are shown.
  public let order: [Int]
  /// The batches: ranges of `order`.
  public let batches: [Range<Int>]
  /// How often the epoch shows each example.
  public let coverage: EpochCoverage

  /// Makes the plan of an epoch.
  ///
  /// - Parameters:
  ///   - composition: What a batch holds.
  ///   - labels: The class of each example, from 0.
  ///   - identities: The person in each example, equal numbers for the same; `.perPerson` alone reads them.
  ///   - batchSize: The examples of a batch. With `.perClass` and `.perPerson` batches hold as many whole groups as fit,
  ///     and all of them the same number of examples; otherwise the last may be smaller, or one larger.
  ///   - seed: The seed of the run.
  ///   - epoch: Counted from 0.
  /// - Precondition: There are examples, labels and epoch are not negative, there are identities where they are read, and
  ///   the composition has no objection to the batch size.
  public init(
    _ composition: BatchComposition, labels: [Int], identities: [Int]? = nil, batchSize: Int, seed: UInt64, epoch: Int
  ) {
    precondition(!labels.isEmpty, "an epoch needs at least one example")
    precondition(labels.allSatisfy { $0 >= 0 }, "labels count from 0")
    if let objection = composition.objection(batchSize: batchSize) { preconditionFailure(objection) }
    var table = ClassTable(labels, seed: seed, epoch: epoch)
    switch composition {
    case .shuffled:
      let plan = EpochPlan(sampleCount: labels.count, batchSize: batchSize, seed: seed, epoch: epoch)
      (order, batches) = (plan.order, plan.batches)
    case .balanced(let length):
      (order, batches) = table.balanced(length, batchSize: batchSize)
    case .perClass(let samples):
      (order, batches) = table.perClass(samples: samples, batchSize: batchSize)
    case .perPerson(let samples):
      guard let identities, identities.count == labels.count else {
        preconditionFailure(
          "batches by person need the person of each of \(labels.count) examples, not of \(identities?.count ?? 0)")
      }
      let table = PersonTable(identities, labels: labels, seed: seed, epoch: epoch)
      (order, batches) = table.perPerson(samples: samples, batchSize: batchSize)
    }
    coverage = EpochCoverage(order, labels: labels)
  }
}

/// The examples by class, and the draws of one epoch.
private struct ClassTable {
  /// The positions of each class that has any.
  private let members: [[Int]]
  private let seed: UInt64
  private let epoch: Int
  private var generator: SeededGenerator

  init(_ labels: [Int], seed: UInt64, epoch: Int) {
    var members = [[Int]](repeating: [], count: labels.max()! + 1)
    for (position, label) in labels.enumerated() { members[label].append(position) }
    self.members = members.filter { !$0.isEmpty }
    self.seed = seed
    self.epoch = epoch
    generator = SeededGenerator(seed: seed, stream: Self.planStream, UInt64(epoch))
  }

  /// Classes in turn, so that any stretch of places has them alike within one; each batch is shuffled at the end.
  mutating func balanced(_ length: BatchComposition.EpochLength, batchSize: Int) -> ([Int], [Range<Int>]) {
    let classes = shuffledClasses()
    let largest = members.map(\.count).max() ?? 0
    let total = members.reduce(0) { $0 + $1.count }
    let quota = length == .everyExample ? largest : (total + classes.count - 1) / classes.count
    var decks = members.indices.map { label in
      length == .everyExample
        ? deck(label, epoch: epoch) : deck(label, epoch: 0, purpose: Self.longStream, from: epoch * quota)
    }
    let batches = EpochPlan.batches(of: quota * classes.count, size: batchSize)
    var order: [Int] = []
    for batch in batches {
      var counts = [Int](repeating: 0, count: classes.count)
      for place in batch { counts[classes[place % classes.count]] += 1 }
      var examples: [Int] = []
      for label in counts.indices {
        examples += decks[label].draw(counts[label], distinct: length == .everyExample)
      }
      generator.shuffle(&examples)
      order += examples
    }
    return (order, batches)
  }

  /// Whole groups of several classes, as ``GroupLayout`` arranges them, the last group of a class filled up by
  /// repetition; batches come in random order.
  mutating func perClass(samples: Int, batchSize: Int) -> ([Int], [Range<Int>]) {
    let layout = GroupLayout(sizes: members.map(\.count), samples: samples, batchSize: batchSize)
    var decks = members.indices.map { deck($0, epoch: epoch) }
    var batches = layout.batches(of: shuffledClasses()) { decks[$0].draw(samples, distinct: true) }
    generator.shuffle(&batches)
    return (batches.flatMap { $0 }, layout.ranges)
  }

  private mutating func shuffledClasses() -> [Int] {
    var classes = Array(members.indices)
    generator.shuffle(&classes)
    return classes
  }

  private func deck(_ label: Int, epoch: Int, purpose: UInt64 = ClassTable.deckStream, from place: Int = 0) -> ClassDeck
  {
    ClassDeck(members[label], seed: seed, stream: (purpose, epoch: UInt64(epoch), label: UInt64(label)), from: place)
  }

  private static let planStream: UInt64 = 0x504C_414E_0000_0001
  private static let deckStream: UInt64 = 0x4445_434B_0000_0001
  private static let longStream: UInt64 = 0x4445_434B_0000_0002
}
