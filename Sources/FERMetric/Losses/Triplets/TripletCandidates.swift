/// The positives and negatives of anchors, in the order of their indices.
struct TripletCandidates {
  /// Those of the anchor that was looked up last.
  private(set) var positives: [Int] = []
  private(set) var negatives: [Int] = []

  /// The number of each sample's class, in the order in which classes appear; −1 for samples that take no part.
  let numbers: [Int32]
  private let members: [[Int]]
  // Found when they are first asked for.
  private var others: [[Int]?]
  // The samples of each identity of the batch.
  private var persons: [Int: [Int]]?

  /// Sorts the samples of a batch by class.
  init<Scalar: TensorScalar>(_ batch: MetricBatch<Scalar>) { self.init(batch, by: batch.labels) }

  /// Sorts the samples of a batch by something else than their class, such as their identity.
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
    others = Array(repeating: nil, count: members.count)
  }

  /// Whether the anchor forms any triplet.
  var isComplete: Bool { !positives.isEmpty && !negatives.isEmpty }

  /// Whether a sample that takes part has a positive and a negative.
  func areThere(for anchor: Int) -> Bool {
    members.count > 1 && members[Int(numbers[anchor])].count > 1
  }

  /// The samples of the anchor's class and itself.
  func classmates(of anchor: Int) -> [Int] { members[Int(numbers[anchor])] }

  /// The samples of the anchor's class but itself, for the vectorised loops.
  func positives(of anchor: Int) -> ClassCandidates {
    ClassCandidates(numbers: numbers, own: numbers[anchor], isOther: false, except: anchor)
  }

  /// The samples of other classes, for the vectorised loops.
  func negatives(of anchor: Int) -> ClassCandidates {
    ClassCandidates(numbers: numbers, own: numbers[anchor], isOther: true)
  }

  /// Finds the candidates of a sample that takes part.
  mutating func gather<Scalar: TensorScalar>(
    forAnchor anchor: Int, in batch: MetricBatch<Scalar>, identities policy: IdentityPolicy = .ignore
  ) {
    let number = Int(numbers[anchor])
    positives = members[number].filter { $0 != anchor }
    gatherNegatives(of: number, identity: batch.identities?[anchor], identities: batch.identities, policy)
  }

  /// Finds the negatives of a sample's class, as a person of this class sees them.
  mutating func gatherNegatives(of number: Int, identity: Int?, identities: Span<Int>?, _ policy: IdentityPolicy) {
    if others[number] == nil { others[number] = numbers.indices.filter { numbers[$0] >= 0 && numbers[$0] != number } }
    negatives = others[number]!
    guard policy != .ignore, let identities, let identity else { return }
    guard policy != .exclude else {
      negatives.removeAll { identities[$0] == identity }
      return
    }
    if persons == nil {
      persons = [:]
      for i in numbers.indices where numbers[i] >= 0 { persons![identities[i], default: []].append(i) }
    }
    let own = persons![identity, default: []].filter { numbers[$0] != number }
    if policy == .require || !own.isEmpty { negatives = own }
  }
}

extension IdentityPolicy {
  /// Stops where identities are asked for and missing.
  func check<Scalar: TensorScalar>(_ batch: MetricBatch<Scalar>) {
    precondition(
      self == .ignore || batch.identities != nil,
      "negatives chosen by identity (\(rawValue)) need the batch's identities, but the batch has none")
  }
}
