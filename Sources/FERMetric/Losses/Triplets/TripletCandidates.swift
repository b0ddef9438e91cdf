/// The positives and negatives of anchors, in the order of their indices.
struct TripletCandidates {
  /// Those of the anchor that was looked up last.
  private(set) var positives: [Int] = []
  private(set) var negatives: [Int] = []

  private let classes: SampleGroups
  // Found when they are first asked for.
  private var others: [[Int]?]
  private var persons: SampleGroups?

  /// Sorts the samples of a batch by class.
  init<Scalar: TensorScalar>(_ batch: MetricBatch<Scalar>) { self.init(batch, by: batch.labels) }

  /// Sorts the samples of a batch by something else than their class, such as their identity.
  init<Scalar: TensorScalar>(_ batch: MetricBatch<Scalar>, by labels: Span<Int>) {
    self.init(SampleGroups(batch, by: labels))
  }

  /// Takes samples that are sorted.
  init(_ classes: SampleGroups) {
    self.classes = classes
    others = Array(repeating: nil, count: classes.members.count)
  }

  /// The number of each sample's class, in the order in which classes appear; −1 for samples that take no part.
  var numbers: [Int32] { classes.numbers }

  /// The samples of each class.
  var members: [[Int]] { classes.members }

  /// The number of a class, if a sample of it takes part.
  func number(of label: Int) -> Int? { classes.number(of: label) }

  /// Whether the anchor forms any triplet.
  var isComplete: Bool { !positives.isEmpty && !negatives.isEmpty }

  /// Whether a sample that takes part has a positive and a negative.
  func areThere(for anchor: Int) -> Bool {
    classes.members.count > 1 && classmates(of: anchor).count > 1
  }

  /// The samples of the anchor's class and itself.
  func classmates(of anchor: Int) -> [Int] { classes.members[Int(numbers[anchor])] }

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
    positives.removeAll(keepingCapacity: true)
    for i in classes.members[number] where i != anchor { positives.append(i) }
    let person = policy == .ignore ? nil : groupPersons(of: batch).map { Int($0.numbers[anchor]) }
    gatherNegatives(of: number, person: person, policy)
  }

  /// Finds the negatives of a class, as a person sees them; those of nobody are all others.
  ///
  /// - Parameter person: The number of the person among those of ``groupPersons(of:)``.
  mutating func gatherNegatives(of number: Int, person: Int?, _ policy: IdentityPolicy) {
    guard policy != .ignore, let person, let persons else {
      negatives = others(than: number)
      return
    }
    negatives.removeAll(keepingCapacity: true)
    if policy == .exclude {
      for i in others(than: number) where persons.numbers[i] != person { negatives.append(i) }
    } else {
      for i in persons.members[person] where classes.numbers[i] != number { negatives.append(i) }
      if policy == .prefer && negatives.isEmpty { negatives = others(than: number) }
    }
  }

  /// The samples of each person, if the batch tells persons apart.
  mutating func groupPersons<Scalar: TensorScalar>(of batch: MetricBatch<Scalar>) -> SampleGroups? {
    if persons == nil, let identities = batch.identities { persons = SampleGroups(batch, by: identities) }
    return persons
  }

  /// The samples of other classes.
  private mutating func others(than number: Int) -> [Int] {
    if let known = others[number] { return known }
    let found = numbers.indices.filter { numbers[$0] >= 0 && numbers[$0] != number }
    others[number] = found
    return found
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
