internal import FERMetric

extension SyntheticFaces {
  /// One split: who appears in it and which class stands where.
  struct Part: Sendable {
    /// Pictures of each class in RAF-DB's training and test split (Li, Deng and Du, 2017), which give the proportions.
    static let trainReference = [1290, 281, 717, 4772, 1982, 705, 2524]
    static let testReference = [329, 74, 160, 1185, 478, 162, 680]

    /// The number by which the split enters the seeds.
    let stream: UInt64
    /// The numbers of the people that may appear; no one appears in both splits.
    let people: Range<Int>
    /// The class of each picture.
    let labels: [Int]

    /// Divides `count` pictures in the proportions of `reference` and shuffles them.
    init(stream: UInt64, people: Range<Int>, reference: [Int], count: Int, seed: UInt64) {
      precondition(
        count >= reference.count, "\(count) pictures cannot show each of \(reference.count) expressions")
      self.stream = stream
      self.people = people
      let scale = count / reference.reduce(0, +) + 1
      let counts = Apportionment.places(total: count, sizes: reference.map { $0 * scale })
      var labels = counts.enumerated().flatMap { label, count in [Int](repeating: label, count: count) }
      var generator = SeededGenerator(seed: seed, drawing: .order, stream)
      generator.shuffle(&labels)
      self.labels = labels
    }

    /// The person in a picture.
    func person(at index: Int, seed: UInt64) -> Int {
      var generator = SeededGenerator(seed: seed, drawing: .person, stream, UInt64(index))
      return people.lowerBound + generator.next(below: people.count)
    }
  }
}
