/// The samples of a batch that take part, grouped by their class or by their identity.
struct SampleGroups {
  /// The number of each sample's group, in the order in which groups appear; −1 for samples that take no part.
  let numbers: [Int32]
  /// The samples of each group, in their order.
  let members: [[Int]]

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init<Scalar: TensorScalar>(_ batch: MetricBatch<Scalar>, by labels: Span<Int>) {
    var known: [Int: Int] = [:]
    var numbers = [Int32](repeating: -1, count: batch.count)
    var members: [[Int]] = []
    for i in 0..<batch.count where batch.takesPart(i) {
      let number = known[labels[i]] ?? members.count
      if number == members.count {
        known[labels[i]] = number
        members.append([])
      }
      members[number].append(i)
      numbers[i] = Int32(truncatingIfNeeded: number)
    }
    self.numbers = numbers
    self.members = members
  }
}
