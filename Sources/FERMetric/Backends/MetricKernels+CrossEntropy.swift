extension MetricKernels {
  /// The sum of the rows' softmax cross-entropies times `scale`. Exactly one of labels and targets is given.
  func crossEntropy(
    _ logits: MatrixView<Scalar>, labels: Span<Int>?, targets: MatrixView<Scalar>?, classWeights: Span<Scalar>?,
    included: Span<Bool>?, smoothing: Double, scale: Double
  ) -> Double {
    var scratch = Tensor<Scalar>(uninitialized: [2 * logits.columns])
    var space = scratch.mutableSpan
    return unsafe crossEntropy(
      logits.rows, logits.columns, logits.elements.address, labels?.address, targets?.elements.address,
      classWeights?.address, included?.address, smoothing, scale, 0, nil, space.address)
  }

  /// The same, adding `gradientScale` × gradient.
  func crossEntropy(
    _ logits: MatrixView<Scalar>, labels: Span<Int>?, targets: MatrixView<Scalar>?, classWeights: Span<Scalar>?,
    included: Span<Bool>?, smoothing: Double, scale: Double, gradientScale: Double,
    gradient: inout MutableMatrixView<Scalar>
  ) -> Double {
    var scratch = Tensor<Scalar>(uninitialized: [2 * logits.columns])
    var space = scratch.mutableSpan
    return unsafe crossEntropy(
      logits.rows, logits.columns, logits.elements.address, labels?.address, targets?.elements.address,
      classWeights?.address, included?.address, smoothing, scale, gradientScale, gradient.elements.address,
      space.address)
  }
}
