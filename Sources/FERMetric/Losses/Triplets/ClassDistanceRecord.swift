/// Sums of the distances between the samples of any two classes, and how many pairs they hold; old ones fade.
struct ClassDistanceRecord<Scalar: TensorScalar>: Sendable {
  let classes: Int
  // In the scalar type, as checkpoints hold them: a resumed run goes on from the same numbers.
  private var sums: [Scalar]
  private var pairs: [Scalar]

  init(classes: Int) {
    self.classes = classes
    sums = Array(repeating: 0, count: classes * classes)
    pairs = sums
  }

  /// R ← γ·R + the distances of a batch. Each pair of samples counts in both orders.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func add(_ distances: MatrixView<Scalar>, of batch: MetricBatch<Scalar>, memory: Double) {
    var sums = sums.map { Double($0) * memory }
    var pairs = pairs.map { Double($0) * memory }
    var found = [Double](repeating: 0, count: classes * classes)
    var members = [Double](repeating: 0, count: classes)
    for i in 0..<batch.count where batch.takesPart(i) {
      let row = distances[row: i]
      let own = batch.labels[i] * classes
      members[batch.labels[i]] += 1
      // Distances are symmetric: each is read once, and counts for both orders of its classes.
      for j in 0..<i where batch.takesPart(j) {
        found[own + batch.labels[j]] += Double(row[j])
      }
    }
    for a in 0..<classes {
      for b in 0..<classes {
        sums[a * classes + b] += found[a * classes + b] + found[b * classes + a]
        pairs[a * classes + b] += members[a] * (a == b ? members[a] - 1 : members[b])
      }
    }
    self.sums = sums.map { Scalar($0) }
    self.pairs = pairs.map { Scalar($0) }
  }

  func hierarchy(levels: Int, ceiling: Double) -> ClassHierarchy {
    ClassHierarchy(
      sums: sums.map { Double($0) }, pairs: pairs.map { Double($0) }, classes: classes, levels: levels, ceiling: ceiling
    )
  }

  /// Visits `record`.
  mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    var state = MetricState<Scalar>.tensor(Tensor(sums + pairs, shape: [2, classes, classes]))
    try visit("record", &state)
    guard case .tensor(let values) = state, values.shape == [2, classes, classes] else {
      preconditionFailure("the record of class distances must remain a tensor of shape [2, \(classes), \(classes)]")
    }
    let elements = values.array
    sums = Array(elements[..<sums.count])
    pairs = Array(elements[sums.count...])
  }
}
