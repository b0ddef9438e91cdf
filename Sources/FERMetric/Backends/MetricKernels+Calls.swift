extension MetricKernels {
  /// Writes σ(x) for each element.
  func squash(_ x: Span<Scalar>, into values: inout MutableSpan<Scalar>) {
    precondition(x.count == values.count, "\(x.count) numbers do not fit \(values.count) places")
    unsafe squash(x.count, 1, x.address, values.address, nil)
  }

  /// Writes σ(γx) and its slope γ·σ(γx)·σ(−γx) for each element.
  func squash(
    _ x: Span<Scalar>, scale: Scalar = 1, into values: inout MutableSpan<Scalar>, slopes: inout MutableSpan<Scalar>
  ) {
    precondition(
      x.count == values.count && x.count == slopes.count,
      "\(x.count) numbers do not fit \(values.count) values and \(slopes.count) slopes")
    unsafe squash(x.count, scale, x.address, values.address, slopes.address)
  }

  /// Adds the gradient by x of σ(x), given the values and the gradient by them.
  func addSquashGradient(
    ofValues values: Span<Scalar>, _ gradient: Span<Scalar>, to sink: inout MutableSpan<Scalar>
  ) {
    precondition(
      gradient.count == values.count && sink.count == values.count,
      "gradients of \(gradient.count) and \(sink.count) numbers do not fit \(values.count) values")
    unsafe addSquashGradient(values.count, values.address, gradient.address, sink.address)
  }

  /// x ← a
  func fill(_ x: inout MutableSpan<Scalar>, with value: Scalar) { unsafe fill(x.count, value, x.address) }

  /// The place of the first NaN or infinity.
  func firstNonfinite(in x: Span<Scalar>) -> Int? {
    let place = unsafe firstNonfinite(x.count, x.address)
    return place < 0 ? nil : place
  }

  /// Chooses for each coordinate of the samples wanted the class whose center is nearest in that coordinate.
  func chooseNearestCoordinates(
    of embeddings: MatrixView<Scalar>, labels: Span<Int>, centers: MatrixView<Scalar>, eligible: Span<Bool>?,
    wanted: Span<Bool>, into selection: inout NegativeSelection
  ) {
    let (rows, columns) = (embeddings.rows, embeddings.columns)
    precondition(columns == centers.columns, "rows of \(columns) do not fit centers of \(centers.columns)")
    precondition(
      labels.count == rows && wanted.count == rows && selection.classes.count == rows * columns,
      "\(rows)×\(columns) embeddings do not fit \(labels.count) labels and \(selection.classes.count) choices")
    let (team, places, classes) = (ThreadTeam.current, nearestPlaces(columns, centers.rows), centers.rows)
    let parts = max(1, min(team.parts(for: rows * columns * classes, from: 1 << 20), rows))
    var scratch = Tensor<Scalar>(uninitialized: [parts, places])
    defer { withExtendedLifetime(scratch) {} }
    var space = scratch.mutableSpan
    unsafe selection.classes.withUnsafeMutableBufferPointer { chosen in
      nonisolated(unsafe) let (x, c) = unsafe (embeddings.elements.address, centers.elements.address)
      nonisolated(unsafe) let (labels, wanted, eligible) = unsafe (labels.address, wanted.address, eligible?.address)
      nonisolated(unsafe) let (space, chosen) = unsafe (space.address, chosen.baseAddress)
      team.forEachPart(of: rows, parts: parts) { part, rows in
        let (first, place) = (rows.lowerBound, rows.lowerBound * columns)
        unsafe nearestCoordinates(
          rows.count, columns, classes, x.map { unsafe $0 + place }, c, labels.map { unsafe $0 + first },
          wanted.map { unsafe $0 + first }, eligible, space.map { unsafe $0 + part * places },
          chosen.map { unsafe $0 + place })
      }
    }
  }

  /// Writes the squared, possibly weighted, distances of one row to all centers.
  func centerDistances(
    of embedding: Span<Scalar>, centers: MatrixView<Scalar>, weights: Span<Scalar>?,
    into distances: inout MutableSpan<Scalar>
  ) {
    precondition(
      embedding.count == centers.columns && distances.count == centers.rows
        && (weights?.count ?? embedding.count) == embedding.count,
      "a row of \(embedding.count) and \(distances.count) distances do not fit \(centers.rows)×\(centers.columns)")
    unsafe centerDistances(
      centers.columns, centers.rows, embedding.address, centers.elements.address, weights?.address,
      distances.address)
  }

  /// Writes the sum of each row.
  func rowSums(of matrix: MatrixView<Scalar>, into sums: inout MutableSpan<Scalar>) {
    precondition(sums.count == matrix.rows, "\(matrix.rows) sums do not fit \(sums.count) places")
    unsafe rowSums(matrix.rows, matrix.columns, matrix.elements.address, sums.address)
  }

  /// The sum of numbers, in `Double`.
  func total(_ x: Span<Scalar>) -> Double { unsafe total(x.count, x.address) }

  /// The scalar product, summed in `Double`.
  func product(_ x: Span<Scalar>, _ y: Span<Scalar>) -> Double {
    precondition(x.count == y.count, "rows of \(x.count) and \(y.count) numbers have no product")
    return unsafe product(x.count, x.address, y.address)
  }

  /// Rows less their means, of length 1, and one over their lengths before; 0 for rows that are constant up to
  /// `rounding` times their size.
  func standardizedRows(
    _ x: MatrixView<Scalar>, rounding: Scalar
  ) -> (units: Tensor<Scalar>, inverses: Tensor<Scalar>) {
    var units = Tensor<Scalar>(uninitialized: [x.rows, x.columns])
    var inverses = Tensor<Scalar>(uninitialized: [x.rows])
    var unitSpan = units.mutableSpan
    var inverseSpan = inverses.mutableSpan
    unsafe standardizeRows(
      x.rows, x.columns, rounding, x.elements.address, unitSpan.address, inverseSpan.address)
    return (units, inverses)
  }

  /// Adds the gradient by a row, given that by its unit row û: (g − mean g − (g·û)·û)/length.
  func accumulateStandardization(
    of unit: Span<Scalar>, inverse: Scalar, gradient: Span<Scalar>, into target: inout MutableSpan<Scalar>
  ) {
    precondition(
      gradient.count == unit.count && target.count == unit.count, "the rows differ in length")
    unsafe standardizeGradient(unit.count, inverse, unit.address, gradient.address, target.address)
  }

  /// y ← y + a·x
  func add(_ x: Span<Scalar>, scaledBy a: Scalar, to y: inout MutableSpan<Scalar>) {
    precondition(x.count == y.count, "\(x.count) numbers cannot be added to \(y.count)")
    unsafe addScaled(x.count, a, x.address, y.address)
  }

  /// y ← y + a
  func add(_ a: Scalar, to y: inout MutableSpan<Scalar>) {
    unsafe addConstant(y.count, a, y.address)
  }
}

extension Span {
  // The address holds while the span does: it is only passed to C functions that return before, on whichever thread.
  var address: UnsafePointer<Element>? {
    unsafe withUnsafeBufferPointer { $0.baseAddress }
  }
}

extension MutableSpan {
  // As above.
  var address: UnsafeMutablePointer<Element>? {
    mutating get { unsafe withUnsafeMutableBufferPointer { $0.baseAddress } }
  }
}
