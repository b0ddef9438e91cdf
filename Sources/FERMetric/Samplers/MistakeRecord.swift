/// The running record of which class was mistaken for which: S, a `[C, C]` matrix of label by prediction.
///
/// Its diagonal stays zero. Each step multiplies it by the decay γ and adds the batch's own mistakes.
struct MistakeRecord<Scalar: TensorScalar>: Sendable {
  /// S, or nothing before the first batch was observed.
  var counts = Tensor<Scalar>(zeros: [0, 0])

  /// S ← γ·S + S_b
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func fold(_ batch: MetricBatch<Scalar>, decay: Scalar) {
    let classes = batch.requiredCenters.rows
    if counts.count == 0 { counts = Tensor(zeros: [classes, classes]) }
    checkSize(classes)
    if decay != 1 { counts *= decay }
    let predictions = batch.requiredPredictions
    var matrix = counts.mutableMatrix
    for i in 0..<batch.count where batch.takesPart(i) && batch.isMistake(i) {
      matrix[batch.labels[i], predictions[i]] += 1
    }
  }

  /// S, or `nil` before the first batch.
  func record(classes: Int) -> Tensor<Scalar>? {
    guard counts.count > 0 else { return nil }
    checkSize(classes)
    return counts
  }

  private func checkSize(_ classes: Int) {
    precondition(
      counts.shape == [classes, classes], "a record of shape \(counts.shape) does not fit \(classes) classes")
  }
}

extension MetricBatch {
  /// S_b, the batch's own mistakes: `[C·C]` by label and prediction.
  ///
  /// - Complexity: O(B + C²).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func mistakes() -> [Scalar] {
    let classes = requiredCenters.rows
    let predictions = requiredPredictions
    var counts = [Scalar](repeating: 0, count: classes * classes)
    for i in 0..<count where takesPart(i) && isMistake(i) {
      counts[labels[i] * classes + predictions[i]] += 1
    }
    return counts
  }
}
