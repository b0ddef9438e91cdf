/// Embeddings as a space shows them, and the way of gradients back.
struct SpacedRows<Scalar: TensorScalar> {
  let space: TripletDistance.Space
  /// `[N, D]`
  let points: Tensor<Scalar>
  /// `[N]`, for the normalized space.
  private var lengths: [Scalar] = []

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(_ embeddings: Tensor<Scalar>, in space: TripletDistance.Space) {
    self.space = space
    var points = embeddings
    let rows = embeddings.matrix
    switch space {
    case .raw: break
    case .squashed:
      var span = points.mutableSpan
      Scalar.metricKernels.squash(rows.elements, into: &span)
    case .normalized:
      lengths = Array(repeating: 0, count: rows.rows)
      var matrix = points.mutableMatrix
      for i in 0..<rows.rows {
        let row = rows[row: i]
        var square: Scalar = 0
        for j in 0..<row.count { square += row[j] * row[j] }
        guard square > 0 else { continue }
        let length = square.squareRoot()
        lengths[i] = length
        var target = matrix[row: i]
        for j in 0..<row.count { target[j] = row[j] / length }
      }
    }
    self.points = points
  }

  /// Adds `scale` × the gradient by the embeddings to all rows, or to the given places. Rows whose gradient is zero stay
  /// as they are, whatever they hold.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func accumulate(
    _ gradient: Tensor<Scalar>, scale: Scalar, places: [Int]? = nil, into embeddings: inout MutableMatrixView<Scalar>
  ) {
    let (points, gradient) = (points.matrix, gradient.matrix)
    for i in 0..<points.rows {
      let (point, slopes) = (points[row: i], gradient[row: i])
      var target = embeddings[row: places?[i] ?? i]
      var along: Scalar = 0
      var isZero = true
      for j in 0..<point.count where slopes[j] != 0 {
        isZero = false
        along += slopes[j] * point[j]
      }
      if isZero { continue }
      switch space {
      case .raw: for j in 0..<point.count { target[j] += scale * slopes[j] }
      case .squashed: for j in 0..<point.count { target[j] += scale * slopes[j] * (point[j] * (1 - point[j])) }
      case .normalized:
        guard lengths[i] > 0 else { continue }
        let factor = scale / lengths[i]
        for j in 0..<point.count { target[j] += factor * (slopes[j] - along * point[j]) }
      }
    }
  }
}
