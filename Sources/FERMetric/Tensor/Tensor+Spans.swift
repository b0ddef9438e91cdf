extension Tensor {
  /// The elements in row-major order, borrowed.
  public var span: Span<Scalar> {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    @_lifetime(borrow self)
    get {
      let span = unsafe Span(_unsafeStart: UnsafePointer(base), count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The elements in row-major order, borrowed for writing. Shared memory is copied first.
  public var mutableSpan: MutableSpan<Scalar> {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    @_lifetime(&self)
    mutating get {
      makeUnique()
      let span = unsafe MutableSpan(_unsafeStart: base, count: count)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }

  /// The elements as a matrix: one row for each index of the first axis, all other axes joined.
  ///
  /// - Precondition: The tensor has at least one axis.
  public var matrix: MatrixView<Scalar> {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    @_lifetime(borrow self)
    get {
      let (rows, columns) = matrixSize
      return MatrixView(span, rows: rows, columns: columns)
    }
  }

  /// The elements as a matrix for writing. Shared memory is copied first.
  ///
  /// - Precondition: The tensor has at least one axis.
  public var mutableMatrix: MutableMatrixView<Scalar> {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    @_lifetime(&self)
    mutating get {
      let (rows, columns) = matrixSize
      return MutableMatrixView(mutableSpan, rows: rows, columns: columns)
    }
  }

  /// Elements seen as a matrix with `columns` columns: some of its rows, borrowed.
  @_lifetime(borrow self)
  package func block(rows: Range<Int>, columns: Int) -> MatrixView<Scalar> {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound * columns <= count,
      "rows \(rows) of \(columns) elements lie outside a tensor of shape \(shape)")
    let span = unsafe Span(_unsafeStart: UnsafePointer(base + rows.lowerBound * columns), count: rows.count * columns)
    return MatrixView(unsafe _overrideLifetime(span, borrowing: self), rows: rows.count, columns: columns)
  }

  /// Elements seen as a matrix with `columns` columns: some of its rows, borrowed for writing.
  @_lifetime(&self)
  package mutating func mutableBlock(rows: Range<Int>, columns: Int) -> MutableMatrixView<Scalar> {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound * columns <= count,
      "rows \(rows) of \(columns) elements lie outside a tensor of shape \(shape)")
    makeUnique()
    let span = unsafe MutableSpan(_unsafeStart: base + rows.lowerBound * columns, count: rows.count * columns)
    return MutableMatrixView(unsafe _overrideLifetime(span, mutating: &self), rows: rows.count, columns: columns)
  }

  private var matrixSize: (rows: Int, columns: Int) {
    precondition(rank >= 1, "a scalar has no rows: a matrix view needs a tensor with at least one axis")
    let rows = shape[0]
    return (rows, rows == 0 ? shape.dimensions.dropFirst().reduce(1, *) : count / rows)
  }

  /// Calls `body` with the elements; for adaptors of kernels only.
  package func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try unsafe body(UnsafeBufferPointer(start: base, count: count))
  }

  /// Calls `body` with the elements for writing; for adaptors of kernels only.
  package mutating func withUnsafeMutableBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    makeUnique()
    defer { withExtendedLifetime(storage) {} }
    return try unsafe body(UnsafeMutableBufferPointer(start: base, count: count))
  }
}
