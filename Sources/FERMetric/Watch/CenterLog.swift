/// What a watch remembers of each class: when it was last seen, and whether its center moves.
struct CenterLog<Scalar: TensorScalar>: Sendable {
  private var last: Tensor<Scalar>?
  private var unseen: [Int] = []
  private var seenSinceLook: [Bool] = []
  private var restingLooks: [Int] = []

  /// Takes in the labels of a batch.
  mutating func see(_ batch: MetricBatch<Scalar>) {
    guard let classes = batch.centers?.rows else { return }
    if unseen.count != classes {
      unseen = Array(repeating: 0, count: classes)
      (seenSinceLook, restingLooks) = (Array(repeating: false, count: classes), unseen)
      last = nil
    }
    for k in unseen.indices { unseen[k] += 1 }
    for i in 0..<batch.count where batch.takesPart(i) && unseen.indices.contains(batch.labels[i]) {
      unseen[batch.labels[i]] = 0
      seenSinceLook[batch.labels[i]] = true
    }
  }

  /// Classes without an example in the last `steps` batches.
  func absentClasses(for steps: Int) -> [Int] { unseen.indices.filter { unseen[$0] >= steps } }

  /// Classes that had examples, while others' centers moved and theirs did not, at so many looks in a row, though it is
  /// not the nearest of any of their samples.
  mutating func look(at batch: MetricBatch<Scalar>, patience: Int) -> [Int] {
    let now = Tensor(batch.requiredCenters)
    defer {
      last = now
      for k in seenSinceLook.indices { seenSinceLook[k] = false }
    }
    guard let last, last.shape == now.shape else { return [] }
    let moved = Self.moved(last, now)
    guard moved.contains(true) else { return [] }
    let isNearest = Self.nearestToOwn(batch)
    for k in moved.indices {
      restingLooks[k] = !moved[k] && seenSinceLook[k] && !isNearest[k] ? restingLooks[k] + 1 : 0
    }
    return restingLooks.indices.filter { restingLooks[$0] >= patience }
  }

  /// Whether each row changed by more than a millionth of the largest number.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func moved(_ last: Tensor<Scalar>, _ now: Tensor<Scalar>) -> [Bool] {
    let old = last.matrix
    let new = now.matrix
    var scale: Scalar = 0
    for i in 0..<now.count { scale = max(scale, new.elements[i].magnitude) }
    return (0..<new.rows).map { k in
      for j in 0..<new.columns where (new[k, j] - old[k, j]).magnitude > scale / 1_000_000 { return true }
      return false
    }
  }

  /// Whether each class's center is the nearest one to at least one of its samples.
  private static func nearestToOwn(_ batch: MetricBatch<Scalar>) -> [Bool] {
    let centers = batch.requiredCenters
    var isNearest = [Bool](repeating: false, count: centers.rows)
    var distances = Tensor<Scalar>(uninitialized: [centers.rows])
    for i in 0..<batch.count where batch.takesPart(i) && isNearest.indices.contains(batch.labels[i]) {
      var span = distances.mutableSpan
      Scalar.metricKernels.centerDistances(
        of: batch.embeddings[row: i], centers: centers, weights: nil, into: &span)
      var nearest = 0
      for k in 1..<max(1, centers.rows) where span[k] < span[nearest] { nearest = k }
      if nearest == batch.labels[i] { isNearest[nearest] = true }
    }
    return isNearest
  }
}
