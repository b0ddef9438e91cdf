/// Embeddings as a space shows them, and the way of gradients back.
struct SpacedRows<Scalar: TensorScalar> {
  let space: TripletDistance.Space
  /// `[N, D]`
  let points: Tensor<Scalar>
  /// `[N]`, for the normalized space.
  private var norms: Tensor<Scalar>?

  init(_ embeddings: Tensor<Scalar>, in space: TripletDistance.Space) {
    self.space = space
    switch space {
    case .raw: points = embeddings
    case .squashed:
      var squashed = Tensor<Scalar>(uninitialized: embeddings.shape)
      var span = squashed.mutableSpan
      Scalar.metricKernels.squash(embeddings.span, into: &span)
      points = squashed
    case .normalized:
      let (units, norms) = Scalar.pairKernels.normalizedRows(embeddings, p: 2)
      points = units
      self.norms = norms
    }
  }

  /// Adds the gradient by the embeddings to all rows, or to the given places.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func accumulate(
    _ gradient: Tensor<Scalar>, places: [Int]? = nil, into embeddings: inout MutableMatrixView<Scalar>
  ) {
    guard let places else { return accumulate(gradient, intoAll: &embeddings) }
    // Added to copies of the rows, so that the sums are rounded as they are without places.
    var rows = Tensor<Scalar>(uninitialized: points.shape)
    var sink = rows.mutableMatrix
    let columns = sink.columns
    for (i, place) in places.enumerated() {
      for j in 0..<columns { sink[i, j] = embeddings[place, j] }
    }
    accumulate(gradient, intoAll: &sink)
    for (i, place) in places.enumerated() {
      for j in 0..<columns { embeddings[place, j] = sink[i, j] }
    }
  }

  private func accumulate(_ gradient: Tensor<Scalar>, intoAll embeddings: inout MutableMatrixView<Scalar>) {
    switch space {
    case .raw: Scalar.metricKernels.add(gradient.span, scaledBy: 1, to: &embeddings.elements)
    case .squashed:
      Scalar.metricKernels.addSquashGradient(ofValues: points.span, gradient.span, to: &embeddings.elements)
    case .normalized:
      Scalar.pairKernels.accumulateNormalization(
        points, norms: norms!, p: 2, gradient: gradient, into: &embeddings)
    }
  }
}
