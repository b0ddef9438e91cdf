/// Groups of equal size, of classes or of persons, laid out in batches that hold no class or person twice.
///
/// What has n examples is cut into ⌈n/m⌉ groups of m. N batches of P groups have N·P places, with N the least number that
/// holds all groups, none of one owner twice in a batch; places left over go to the owners with the fewest groups. Groups
/// laid out owner after owner, the t-th into batch t mod N, then meet no batch twice (McNaughton's wrap-around rule).
struct GroupLayout {
  /// m: the examples of a group.
  let samples: Int
  /// P: the groups of a batch.
  let width: Int
  /// N: the number of batches.
  let batchCount: Int
  /// The groups of each owner.
  let groups: [Int]

  /// Settles how many groups and batches there are.
  ///
  /// - Parameters:
  ///   - sizes: The examples of each owner.
  ///   - samples: The examples of a group.
  ///   - batchSize: The examples that a batch holds at most.
  /// - Precondition: Every owner has an example, and a batch holds a group.
  init(sizes: [Int], samples: Int, batchSize: Int) {
    self.samples = samples
    width = min(sizes.count, batchSize / samples)
    var groups = sizes.map { ($0 + samples - 1) / samples }
    let total = groups.reduce(0, +)
    batchCount = max((total + width - 1) / width, groups.max() ?? 0)
    var left = batchCount * width - total
    while left > 0, let fewest = groups.min() {
      for owner in groups.indices where left > 0 && groups[owner] == fewest {
        groups[owner] += 1
        left -= 1
      }
    }
    self.groups = groups
  }

  /// The batches, each of whole groups.
  ///
  /// - Parameters:
  ///   - owners: All owners, in the order in which their groups are laid out.
  ///   - group: Gives an owner's next group of `samples` examples.
  func batches(of owners: [Int], taking group: (_ owner: Int) -> [Int]) -> [[Int]] {
    var batches = [[Int]](repeating: [], count: batchCount)
    var place = 0
    for owner in owners {
      for _ in 0..<groups[owner] {
        batches[place % batchCount] += group(owner)
        place += 1
      }
    }
    return batches
  }

  /// The places of the batches one after the other.
  var ranges: [Range<Int>] {
    let size = width * samples
    return (0..<batchCount).map { $0 * size..<($0 + 1) * size }
  }
}
