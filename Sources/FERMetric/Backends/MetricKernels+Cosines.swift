extension MetricKernels {
  /// Writes one over the length of each chosen row, 0 for one shorter than 10⁻¹².
  func inverseLengths(of x: MatrixView<Scalar>, rows: Span<Int>, into inverse: inout MutableSpan<Scalar>) {
    precondition(inverse.count == rows.count, "\(inverse.count) places do not fit \(rows.count) rows")
    unsafe unitRows(rows.count, x.columns, x.elements.address, rows.address, inverse.address, nil)
  }

  /// Writes the direction of every row, and one over its length.
  func directions(
    of x: MatrixView<Scalar>, inverse: inout MutableSpan<Scalar>, into unit: inout MutableMatrixView<Scalar>
  ) {
    precondition(
      inverse.count == x.rows && unit.elements.count == x.elements.count,
      "\(inverse.count) lengths and \(unit.elements.count) elements do not fit \(x.rows)×\(x.columns)")
    unsafe unitRows(x.rows, x.columns, x.elements.address, nil, inverse.address, unit.elements.address)
  }

  /// Writes the direction of each chosen row, and one over its length.
  func directions(
    of x: MatrixView<Scalar>, rows: Span<Int>, inverse: inout MutableSpan<Scalar>,
    into unit: inout MutableMatrixView<Scalar>
  ) {
    precondition(
      inverse.count == rows.count && unit.rows == rows.count && unit.columns == x.columns,
      "\(inverse.count) lengths and \(unit.rows)×\(unit.columns) elements do not fit \(rows.count) rows")
    unsafe unitRows(rows.count, x.columns, x.elements.address, rows.address, inverse.address, unit.elements.address)
  }

  /// Writes the products of chosen rows, each scaled, with the rows of `directions`.
  func products(
    of x: MatrixView<Scalar>, rows: Span<Int>, scales: Span<Scalar>, directions: MatrixView<Scalar>,
    into products: inout MutableMatrixView<Scalar>
  ) {
    precondition(
      products.elements.count == rows.count * directions.rows && scales.count == rows.count
        && x.columns == directions.columns,
      "products of \(rows.count) rows and \(directions.rows) directions do not fit")
    unsafe rowProducts(
      rows.count, x.columns, directions.rows, x.elements.address, rows.address, scales.address,
      directions.elements.address, products.elements.address)
  }

  /// Writes the sine of the angle between each chosen row and the direction of its label.
  func ownSines(
    of x: MatrixView<Scalar>, rows: Span<Int>, inverse: Span<Scalar>, directions: MatrixView<Scalar>,
    labels: Span<Int>, into sines: inout MutableSpan<Scalar>
  ) {
    precondition(
      labels.count == rows.count && sines.count == rows.count && inverse.count == rows.count,
      "\(labels.count) labels and \(sines.count) sines do not fit \(rows.count) rows")
    unsafe ownSines(
      rows.count, x.columns, x.elements.address, rows.address, inverse.address, directions.elements.address,
      labels.address, sines.address)
  }

  /// Adds the gradient by embeddings of a function of cosines.
  func addRowGradient(
    of x: MatrixView<Scalar>, rows: Span<Int>, inverse: Span<Scalar>, directions: MatrixView<Scalar>,
    cosines: MatrixView<Scalar>, slopes: MatrixView<Scalar>, weight: Scalar,
    to gradient: inout MutableMatrixView<Scalar>
  ) {
    unsafe cosineRowGradient(
      rows.count, x.columns, directions.rows, x.elements.address, rows.address, inverse.address,
      directions.elements.address, cosines.elements.address, slopes.elements.address, weight,
      gradient.elements.address)
  }

  /// Adds the gradient by directions of a function of cosines.
  func addDirectionGradient(
    of x: MatrixView<Scalar>, rows: Span<Int>, inverse: Span<Scalar>, slopes: MatrixView<Scalar>, weight: Scalar,
    to gradient: inout MutableMatrixView<Scalar>
  ) {
    unsafe cosineVectorGradient(
      rows.count, x.columns, slopes.columns, x.elements.address, rows.address, inverse.address,
      slopes.elements.address, weight, gradient.elements.address)
  }

  /// Adds what a gradient by directions is for the vectors that have them, or writes it.
  ///
  /// - Parameter rows: The rows of the target that these are; `nil` for all.
  func addTangents(
    of gradient: MatrixView<Scalar>, directions: MatrixView<Scalar>, inverse: Span<Scalar>, rows: Span<Int>? = nil,
    writes: Bool, to target: inout MutableMatrixView<Scalar>
  ) {
    precondition(
      (rows?.count ?? target.rows) == directions.rows && inverse.count == directions.rows
        && gradient.elements.count == directions.elements.count && target.columns == directions.columns,
      "\(rows?.count ?? target.rows) rows do not fit \(directions.rows) directions")
    unsafe addTangents(
      directions.rows, directions.columns, directions.elements.address, inverse.address, gradient.elements.address,
      rows?.address, writes, target.elements.address)
  }

  /// For each row the largest cosine with the proxies of its class, and with all others; −1 without any.
  func nearestCosines(
    _ cosines: MatrixView<Scalar>, labels: Span<Int>, members: Int
  ) -> (own: Tensor<Scalar>, other: Tensor<Scalar>) {
    precondition(labels.count == cosines.rows, "\(labels.count) labels do not fit \(cosines.rows) rows of cosines")
    var own = Tensor<Scalar>(uninitialized: [cosines.rows])
    var other = Tensor<Scalar>(uninitialized: [cosines.rows])
    var ownSpan = own.mutableSpan
    var otherSpan = other.mutableSpan
    unsafe nearestCosines(
      cosines.rows, cosines.columns, members, labels.address, cosines.elements.address, ownSpan.address,
      otherSpan.address)
    return (own, other)
  }

  /// Replaces each row of logits by the gradient of its cross-entropy, softmax − one-hot, and writes that.
  func crossEntropySlopes(
    _ logits: inout MutableMatrixView<Scalar>, labels: Span<Int>, losses: inout MutableSpan<Scalar>
  ) {
    precondition(
      labels.count == logits.rows && losses.count == labels.count,
      "\(labels.count) labels and \(losses.count) losses do not fit \(logits.rows) rows of logits")
    unsafe softmaxSlopes(logits.rows, logits.columns, labels.address, logits.elements.address, losses.address)
  }

  /// Writes the similarity of each row to each class of several members, Σ w·cos with w = softmax(sharpness·cos), and
  /// its derivatives by the cosines.
  func softSimilarities(
    of cosines: MatrixView<Scalar>, members: Int, sharpness: Scalar,
    into similarities: inout MutableMatrixView<Scalar>, derivatives: inout MutableMatrixView<Scalar>
  ) {
    precondition(
      similarities.columns * members == cosines.columns && similarities.rows == cosines.rows
        && derivatives.elements.count == cosines.elements.count,
      "similarities to \(similarities.columns) classes of \(members) do not fit \(cosines.columns) cosines")
    unsafe softNearest(
      cosines.rows, similarities.columns, members, sharpness, cosines.elements.address,
      similarities.elements.address, derivatives.elements.address)
  }
}
