internal import FERMetric

/// The examples by person, and the draws of one epoch: what ``ClassTable`` is for classes.
struct PersonTable {
  /// The positions of each person's examples, in the order of the persons' numbers.
  private let members: [[Int]]
  private let labels: [Int]
  private let seed: UInt64
  private let epoch: Int

  /// Sorts the examples.
  ///
  /// - Precondition: There are as many identities as labels, and one at least.
  init(_ identities: [Int], labels: [Int], seed: UInt64, epoch: Int) {
    members = Dictionary(grouping: identities.indices) { identities[$0] }.sorted { $0.key < $1.key }.map(\.value)
    self.labels = labels
    self.seed = seed
    self.epoch = epoch
  }

  /// Whole groups of several persons, as ``GroupLayout`` arranges them; batches come in random order.
  func perPerson(samples: Int, batchSize: Int) -> ([Int], [Range<Int>]) {
    let layout = GroupLayout(sizes: members.map(\.count), samples: samples, batchSize: batchSize)
    var groups = members.indices.map { person in
      var generator = SeededGenerator(seed: seed, stream: Self.groupStream, UInt64(epoch), UInt64(person))
      return PersonGroups.cut(
        members[person], labels: labels, count: layout.groups[person], samples: samples, using: &generator)[...]
    }
    var generator = SeededGenerator(seed: seed, stream: Self.planStream, UInt64(epoch))
    var persons = Array(members.indices)
    generator.shuffle(&persons)
    var batches = layout.batches(of: persons) { groups[$0].removeFirst() }
    generator.shuffle(&batches)
    return (batches.flatMap { $0 }, layout.ranges)
  }

  private static let planStream: UInt64 = 0x5045_5253_0000_0001
  private static let groupStream: UInt64 = 0x5045_5253_0000_0002
}
