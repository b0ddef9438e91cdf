internal import CFERKernels

/// Where a matrix over pairs holds the numbers of a row: in its own row, in its own column, or in both because the
/// matrix compares rows with themselves.
enum PairSide {
  case row, column, both
}

extension PairKernels {
  /// So many coordinates of pairs are worth several threads, although each leaves what it wrote in caches of its own: a
  /// table of 46 samples and 512 dimensions.
  private static var leastWork: Int { 1 << 20 }

  /// What a number costs that is normalized, in coordinates of pairs.
  private static var normalization: Int { 8 }

  /// Writes the sums of all rows of x with all rows of y.
  func sums(_ form: PairForm<Scalar>, _ x: MatrixView<Scalar>, _ y: MatrixView<Scalar>, into sums: inout Tensor<Scalar>)
  {
    precondition(x.columns == y.columns, "rows of \(x.columns) and \(y.columns) coordinates cannot be compared")
    var sink = sums.mutableMatrix
    precondition(sink.rows == x.rows && sink.columns == y.rows, "the sums do not fit \(x.rows)×\(y.rows) pairs")
    unsafe writeSums(form, x, y, isSymmetric: false, sink.elements.address)
  }

  /// Writes the sums of some pairs of rows of x and y, and nothing else.
  func sums(
    _ form: PairForm<Scalar>, _ x: MatrixView<Scalar>, _ y: MatrixView<Scalar>, in block: PairBlock,
    into sums: inout Tensor<Scalar>
  ) {
    precondition(x.columns == y.columns, "rows of \(x.columns) and \(y.columns) coordinates cannot be compared")
    var sink = sums.mutableMatrix
    precondition(sink.rows == x.rows && sink.columns == y.rows, "the sums do not fit \(x.rows)×\(y.rows) pairs")
    precondition(
      block.rows.allSatisfy { $0 >= 0 && $0 < x.rows } && block.columns.allSatisfy { $0 >= 0 && $0 < y.rows },
      "a block of pairs has rows that the matrix has not")
    defer { withExtendedLifetime(block) {} }
    let (columns, others, width, isMirrored) = (x.columns, block.columns.count, sink.columns, block.isMirrored)
    nonisolated(unsafe) let (own, other) = unsafe (x.elements.address, y.elements.address)
    nonisolated(unsafe) let (rows, places) = unsafe (block.rows.span.address, block.columns.span.address)
    nonisolated(unsafe) let target = unsafe sink.elements.address
    // Rows are summed four at a time.
    let (count, fours) = (block.rows.count, (block.rows.count + 3) / 4)
    let parts = Self.parts(rows: fours, work: count * others * columns)
    ThreadTeam.current.forEachPart(of: fours, parts: parts) { _, part in
      let (first, end) = (4 * part.lowerBound, min(4 * part.upperBound, count))
      unsafe blockSums(
        form.form, form.parameter, columns, own, other, end - first, rows.map { unsafe $0 + first }, others, places,
        isMirrored, width, target)
    }
  }

  /// Writes the sums of all rows of x with one another.
  func sums(_ form: PairForm<Scalar>, _ x: MatrixView<Scalar>, into sums: inout Tensor<Scalar>) {
    var sink = sums.mutableMatrix
    precondition(sink.rows == x.rows && sink.columns == x.rows, "the sums do not fit \(x.rows)×\(x.rows) pairs")
    unsafe writeSums(form, x, x, isSymmetric: true, sink.elements.address)
  }

  /// Tiles do not depend on one another. The last are the longest where half is computed, and come first.
  private func writeSums(
    _ form: PairForm<Scalar>, _ x: MatrixView<Scalar>, _ y: MatrixView<Scalar>, isSymmetric: Bool, _ sums: Output?
  ) {
    let (team, rows, others, columns) = (ThreadTeam.current, x.rows, y.rows, x.columns)
    let isCut = team.parts(for: rows * others * columns, from: Self.leastWork) > 1
    let width = isCut ? Int(FER_PAIR_TILE) : max(others, 1)
    let tiles = (others + width - 1) / width
    nonisolated(unsafe) let (x, y, sums) = unsafe (x.elements.address, y.elements.address, sums)
    team.forEach(tiles) { index in
      let first = (tiles - 1 - index) * width
      unsafe self.sums(
        form.form, form.parameter, rows, others, columns, x, y, isSymmetric, first, min(first + width, others), sums)
    }
  }

  /// Writes xᵀ where the first elements of `target` are.
  package func transpose(_ x: MatrixView<Scalar>, into target: inout Tensor<Scalar>) {
    precondition(
      target.count >= x.elements.count, "\(target.count) numbers hold no matrix of \(x.columns)×\(x.rows)")
    var sink = target.mutableSpan
    unsafe transpose(x.rows, x.columns, x.elements.address, sink.address)
  }

  /// Writes columns of a symmetric matrix down to the diagonal, which lie together, and the rows that equal them.
  func mirror(_ part: Tensor<Scalar>, columns: Range<Int>, into sums: inout Tensor<Scalar>) {
    let count = sums.shape[0]
    precondition(
      sums.shape == [count, count] && columns.lowerBound >= 0 && columns.upperBound <= count
        && part.count >= columns.count * columns.upperBound,
      "columns \(columns) of \(part.count) numbers do not fit a matrix \(sums.shape)")
    var sink = sums.mutableSpan
    unsafe mirror(count, columns.lowerBound, columns.count, part.span.address, sink.address)
  }

  /// x ← x^exponent for each element.
  func raise(_ x: inout Tensor<Scalar>, to exponent: Scalar) {
    var elements = x.mutableSpan
    unsafe root(elements.count, exponent, elements.address)
  }

  /// Writes, or adds, factor × Σ over the pairs of each row of distance^exponent × gradient × slope.
  ///
  /// The coefficients of a few rows exist at a time.
  func accumulate(
    _ form: PairForm<Scalar>, side: PairSide, factor: Scalar, exponent: Scalar, gradient: MatrixView<Scalar>,
    distances: MatrixView<Scalar>, own: Tensor<Scalar>, other: Tensor<Scalar>, writes: Bool,
    into sink: inout Tensor<Scalar>
  ) {
    let (rows, others, columns) = (own.shape[0], other.shape[0], own.shape[1])
    let (height, width) = side == .column ? (others, rows) : (rows, others)
    precondition(
      gradient.rows == height && gradient.columns == width && distances.rows == height && distances.columns == width,
      "gradient \(gradient.rows)×\(gradient.columns) and distances \(distances.rows)×\(distances.columns) do not fit "
        + "\(height)×\(width) pairs")
    precondition(sink.shape == own.shape && other.shape[1] == columns, "the rows differ in length")
    guard others > 0 else {
      if writes { sink.fill(with: 0) }
      return
    }
    // A megabyte of coefficients, but never less than a block of rows.
    let step = max(64, (1 << 18) / others)
    var coefficients = Tensor<Scalar>(uninitialized: [min(step, rows), others])
    let products = form.form == FER_PAIR_PRODUCT ? RowProducts<Scalar>(rows: rows, others: others) : nil
    for first in stride(from: 0, to: rows, by: step) {
      let count = min(step, rows - first)
      let parts = Self.parts(rows: count, work: count * others * columns)
      write(
        &coefficients, rows: first..<first + count, others: others, side: side, factor: factor, exponent: exponent,
        gradient: gradient, distances: distances, parts: parts)
      let block = coefficients.block(rows: 0..<count, columns: others)
      // A product would look at every coefficient; the loops pass over those that are 0, if they are many.
      let mostly = unsafe mostly(count, others, block.elements.address)
      if let products, mostly {
        products.multiply(block, other.matrix, intoRows: first..<first + count, of: &sink, keeping: writes ? 0 : 1)
      } else {
        if writes {
          var target = sink.mutableBlock(rows: first..<first + count, columns: columns)
          Scalar.metricKernels.fill(&target.elements, with: 0)
        }
        addSlopes(form, block, mostly, own, other, rows: first..<first + count, parts: parts, to: &sink)
      }
    }
  }

  /// How many parts some rows are worth that take so many operations.
  private static func parts(rows: Int, work: Int) -> Int {
    max(1, min(ThreadTeam.current.parts(for: work, from: leastWork), rows))
  }

  /// Writes the coefficients of some rows, in the parts in which they are used, so that threads find them in their caches.
  private func write(
    _ coefficients: inout Tensor<Scalar>, rows: Range<Int>, others: Int, side: PairSide, factor: Scalar,
    exponent: Scalar, gradient: MatrixView<Scalar>, distances: MatrixView<Scalar>, parts: Int
  ) {
    var space = coefficients.mutableSpan
    let stride = gradient.columns
    nonisolated(unsafe) let (d, g) = unsafe (distances.elements.address, gradient.elements.address)
    nonisolated(unsafe) let target = unsafe space.address
    ThreadTeam.current.forEachPart(of: rows.count, parts: parts) { _, part in
      unsafe self.coefficients(
        rows.lowerBound + part.lowerBound, part.count, others, stride, factor, exponent, d, g, side != .column,
        side != .row, target.map { unsafe $0 + part.lowerBound * others })
    }
  }

  private func addSlopes(
    _ form: PairForm<Scalar>, _ coefficients: MatrixView<Scalar>, _ mostly: Bool, _ own: Tensor<Scalar>,
    _ other: Tensor<Scalar>, rows: Range<Int>, parts: Int, to sink: inout Tensor<Scalar>
  ) {
    let (others, columns) = (other.shape[0], own.shape[1])
    let block = own.block(rows: rows, columns: columns)
    var target = sink.mutableBlock(rows: rows, columns: columns)
    nonisolated(unsafe) let (x, y) = unsafe (block.elements.address, other.span.address)
    nonisolated(unsafe) let (c, sums) = unsafe (coefficients.elements.address, target.elements.address)
    ThreadTeam.current.forEachPart(of: rows.count, parts: parts) { _, rows in
      let (first, place) = (rows.lowerBound, rows.lowerBound * columns)
      unsafe slopes(
        form.form, form.parameter, rows.count, others, columns, x.map { unsafe $0 + place }, y,
        c.map { unsafe $0 + first * others }, mostly, sums.map { unsafe $0 + place })
    }
  }

  /// Adds the same for listed pairs alone.
  ///
  /// - Parameter exponent: 0, or −1 to divide by the distances.
  func accumulate(
    _ list: ListedSlopes<Scalar>, _ form: PairForm<Scalar>, side: PairSide, factor: Scalar, exponent: Scalar,
    distances: MatrixView<Scalar>, own: Tensor<Scalar>, other: Tensor<Scalar>, into sink: inout Tensor<Scalar>
  ) {
    precondition(exponent == 0 || exponent == -1, "listed pairs know no power \(exponent) of a distance")
    precondition(sink.shape == own.shape && other.shape[1] == own.shape[1], "the rows differ in length")
    let (rows, columns) = (own.shape[0], own.shape[1])
    let grouped = list.grouped(
      by: side, count: rows, factor: factor, overDistance: exponent == -1, distances: distances)
    precondition(
      grouped.places.allSatisfy { $0 >= 0 && $0 < other.shape[0] }, "a listed pair has a row that the matrix has not")
    var target = sink.mutableSpan
    defer { withExtendedLifetime(grouped) {} }
    nonisolated(unsafe) let (x, y, sums) = unsafe (own.span.address, other.span.address, target.address)
    nonisolated(unsafe) let (starts, places) = unsafe (grouped.starts.span.address, grouped.places.span.address)
    nonisolated(unsafe) let values = unsafe grouped.coefficients.span.address
    let parts = Self.parts(rows: rows, work: grouped.places.count * columns)
    ThreadTeam.current.forEachPart(of: rows, parts: parts) { _, rows in
      let (first, place) = (rows.lowerBound, rows.lowerBound * columns)
      unsafe listedSlopes(
        form.form, form.parameter, rows.count, columns, x.map { unsafe $0 + place }, y,
        starts.map { unsafe $0 + first }, places, values, sums.map { unsafe $0 + place })
    }
  }

  /// Rows divided by their p-norms, and the norms, 0 where a row has no direction.
  func normalizedRows(_ x: MatrixView<Scalar>, p: Scalar) -> (units: Tensor<Scalar>, norms: Tensor<Scalar>) {
    var units = Tensor<Scalar>(uninitialized: [x.rows, x.columns])
    var norms = Tensor<Scalar>(uninitialized: [x.rows])
    var unitSpan = units.mutableSpan
    var normSpan = norms.mutableSpan
    let columns = x.columns
    nonisolated(unsafe) let source = unsafe x.elements.address
    nonisolated(unsafe) let (target, lengths) = unsafe (unitSpan.address, normSpan.address)
    let parts = Self.parts(rows: x.rows, work: Self.normalization * x.elements.count)
    ThreadTeam.current.forEachPart(of: x.rows, parts: parts) { _, rows in
      let place = rows.lowerBound * columns
      unsafe normalizeRows(
        p, rows.count, columns, source.map { unsafe $0 + place }, target.map { unsafe $0 + place },
        lengths.map { unsafe $0 + rows.lowerBound })
    }
    return (units, norms)
  }

  /// Adds, or writes, the gradient with respect to rows before their normalization.
  func accumulateNormalization(
    _ units: Tensor<Scalar>, norms: Tensor<Scalar>, p: Scalar, gradient: Tensor<Scalar>, writes: Bool = false,
    into sink: inout MutableMatrixView<Scalar>
  ) {
    precondition(
      gradient.shape == units.shape && sink.rows == units.shape[0] && sink.columns == units.shape[1],
      "a gradient \(sink.rows)×\(sink.columns) does not fit rows \(units.shape)")
    let columns = units.shape[1]
    nonisolated(unsafe) let (units, lengths) = unsafe (units.span.address, norms.span.address)
    nonisolated(unsafe) let (source, target) = unsafe (gradient.span.address, sink.elements.address)
    let parts = Self.parts(rows: sink.rows, work: Self.normalization * sink.elements.count)
    ThreadTeam.current.forEachPart(of: sink.rows, parts: parts) { _, rows in
      let place = rows.lowerBound * columns
      unsafe normalizeGradient(
        p, rows.count, columns, units.map { unsafe $0 + place }, lengths.map { unsafe $0 + rows.lowerBound },
        source.map { unsafe $0 + place }, writes, target.map { unsafe $0 + place })
    }
  }

  /// Rows less their means, and the sums of their squares.
  func centeredRows(_ x: Tensor<Scalar>) -> (rows: Tensor<Scalar>, squares: Tensor<Scalar>) {
    var rows = Tensor<Scalar>(uninitialized: x.shape)
    var squares = Tensor<Scalar>(uninitialized: [x.shape[0]])
    var rowSpan = rows.mutableSpan
    var squareSpan = squares.mutableSpan
    unsafe centerRows(x.shape[0], x.shape[1], x.span.address, rowSpan.address, squareSpan.address)
    return (rows, squares)
  }
}
