/// The samples of a batch that take part, grouped by their class or by their identity.
struct SampleGroups {
  /// The number of each sample's group, in the order in which groups appear; −1 for samples that take no part.
  let numbers: [Int32]
  /// The samples of each group, in their order.
  let members: [[Int]]
  private let known: GroupNumbers

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init<Scalar: TensorScalar>(_ batch: MetricBatch<Scalar>, by labels: Span<Int>) {
    var known = GroupNumbers()
    var numbers = [Int32](repeating: -1, count: batch.count)
    var members: [[Int]] = []
    for i in 0..<batch.count where batch.takesPart(i) {
      let number = known.number(of: labels[i])
      if number == members.count { members.append([]) }
      members[number].append(i)
      numbers[i] = Int32(truncatingIfNeeded: number)
    }
    self.numbers = numbers
    self.members = members
    self.known = known
  }

  /// The number of the group of a label, if there is one.
  func number(of label: Int) -> Int? { known.known(label) }
}

/// Numbers for labels, in the order in which they are asked for. Those of classes are small, and need no hashing.
private struct GroupNumbers {
  private static var small: Int { 64 }
  private var ofSmall = [Int](repeating: -1, count: small)
  private var ofOthers: [Int: Int] = [:]
  private var count = 0

  func known(_ label: Int) -> Int? {
    guard label >= 0 && label < Self.small else { return ofOthers[label] }
    return ofSmall[label] >= 0 ? ofSmall[label] : nil
  }

  mutating func number(of label: Int) -> Int {
    if let number = known(label) { return number }
    if label >= 0 && label < Self.small { ofSmall[label] = count } else { ofOthers[label] = count }
    count += 1
    return count - 1
  }
}
