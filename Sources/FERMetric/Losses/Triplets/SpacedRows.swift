/// Embeddings as a space shows them, and the way of gradients back.
struct SpacedRows<Scalar: TensorScalar> {
  let space: TripletDistance.Space
  /// `[N, D]`
  let points: Tensor<Scalar>
  /// `[N]`, for the normalized space.
  private var norms: Tensor<Scalar>?

  /// - Parameters:
  ///   - places: The rows to take, in order; `nil` for all.
  ///   - columns: The coordinates to take; `nil` for all.
  init(
    _ embeddings: MatrixView<Scalar>, places: [Int]? = nil, columns: Range<Int>? = nil, in space: TripletDistance.Space
  ) {
    if places == nil && columns == nil {
      self.init(all: embeddings, in: space)
    } else {
      let picked = embeddings.picking(places, columns: columns)
      self.init(all: picked.matrix, in: space)
    }
  }

  private init(all embeddings: MatrixView<Scalar>, in space: TripletDistance.Space) {
    self.space = space
    switch space {
    case .raw: points = Tensor(embeddings)
    case .squashed: points = embeddings.squashed()
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
    embeddings.change(rows: places) { accumulate(gradient, intoAll: &$0) }
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
