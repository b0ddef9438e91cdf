/// What a watch remembers of each class: when it was last seen, and whether its center moves.
struct CenterLog<Scalar: TensorScalar>: Sendable {
  private var last: Tensor<Scalar>?
  private var unseen: [Int] = []
  private var stepsSinceLook: [Int] = []
  // Where each center came to rest, in how many steps its class has had examples since, and in how many looked at.
  private var rests: Tensor<Scalar>?
  private var restingSteps: [Int] = []
  private var restingLooks: [Int] = []

  /// Takes in the labels of a batch.
  mutating func see(_ batch: MetricBatch<Scalar>) {
    guard let classes = batch.centers?.rows else { return }
    if unseen.count != classes {
      unseen = Array(repeating: 0, count: classes)
      (stepsSinceLook, restingSteps, restingLooks) = (unseen, unseen, unseen)
      (last, rests) = (nil, nil)
    }
    for k in unseen.indices { unseen[k] += 1 }
    for i in 0..<batch.count where batch.takesPart(i) && unseen.indices.contains(batch.labels[i]) {
      let k = batch.labels[i]
      if unseen[k] > 0 { stepsSinceLook[k] += 1 }
      unseen[k] = 0
    }
  }

  /// Classes without an example in the last `steps` batches.
  func absentClasses(for steps: Int) -> [Int] { unseen.indices.filter { unseen[$0] >= steps } }

  /// Classes whose centers rest while others move, though they are not the nearest of any of their samples.
  ///
  /// Only steps in which a class has examples count, `steps` of them, and only looks at batches that hold some,
  /// `patience` of them: the center of a rare class may well rest in between, and is right for samples not at hand.
  mutating func look(at batch: MetricBatch<Scalar>, patience: Int, steps: Int) -> [Int] {
    let now = Tensor(batch.requiredCenters)
    defer {
      last = now
      for k in stepsSinceLook.indices { stepsSinceLook[k] = 0 }
    }
    guard let last, last.shape == now.shape, var rests = rests ?? self.last else { return [] }
    guard Self.moved(last, now).contains(true) else { return [] }
    let moved = Self.moved(rests, now)
    let isNearest = Self.nearestToOwn(batch)
    for k in moved.indices {
      if moved[k] || isNearest[k] {
        (restingSteps[k], restingLooks[k]) = (0, 0)
        for j in 0..<now.shape[1] { rests[k, j] = now[k, j] }
      } else {
        restingSteps[k] += stepsSinceLook[k]
        if unseen[k] == 0 { restingLooks[k] += 1 }
      }
    }
    self.rests = rests
    return restingLooks.indices.filter { restingLooks[$0] >= patience && restingSteps[$0] >= steps }
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
