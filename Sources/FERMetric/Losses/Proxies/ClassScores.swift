/// Cross-entropy over scores of classes that a proxy loss has written where its slopes go.
struct ClassScores<Scalar: TensorScalar> {
  /// How samples are put together.
  let reduction: BatchReduction

  /// Replaces scores by the derivatives of the reduced cross-entropy, times `factor`.
  ///
  /// - Returns: The value, and every sample's own where nothing is reduced.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func crossEntropy(
    _ scores: inout MutableMatrixView<Scalar>, labels: Span<Int>, factor: Double
  ) -> LossValue<Scalar> {
    var losses = Tensor<Scalar>(uninitialized: [labels.count])
    var span = losses.mutableSpan
    Scalar.metricKernels.crossEntropySlopes(&scores, labels: labels, losses: &span)
    var sum = 0.0
    for i in 0..<span.count { sum += Double(span[i]) }
    let share = reduction == .mean ? 1 / Double(labels.count) : 1
    let scale = Scalar(factor * share)
    let count = scores.elements.count
    for place in 0..<count { scores.elements[place] *= scale }
    return LossValue(
      value: Scalar(sum * share), samples: reduction == .none ? losses.array : nil, activeFraction: 1)
  }
}
