/// Derivatives by a few elements of a matrix over pairs; elements may be listed more than once.
struct ListedSlopes<Scalar: TensorScalar> {
  private(set) var rows: [Int32] = []
  private(set) var columns: [Int32] = []
  private(set) var slopes: [Scalar] = []

  var count: Int { slopes.count }

  mutating func append(rows: [Int32], columns: [Int32], slopes: [Scalar]) {
    precondition(rows.count == slopes.count && columns.count == slopes.count, "lists of pairs differ in length")
    self.rows += rows
    self.columns += columns
    self.slopes += slopes
  }

  /// The same pairs, where the given rows and columns alone are left, in order; `nil` means all.
  ///
  /// - Precondition: The pairs are of rows and columns that are left.
  func moved(among places: (rows: [Int]?, columns: [Int]?), _ size: (rows: Int, columns: Int)) -> ListedSlopes {
    var list = self
    if let kept = places.rows { list.rows = rows.moved(among: kept, of: size.rows) }
    if let kept = places.columns { list.columns = columns.moved(among: kept, of: size.columns) }
    return list
  }

  /// Pairs by the rows of one side, or of both: the pairs of row i are `starts[i]..<starts[i + 1]`.
  struct Grouped {
    var starts, places: [Int32]
    var coefficients: [Scalar]
  }

  /// Groups the pairs by row.
  ///
  /// - Parameters:
  ///   - count: The number of rows of the side.
  ///   - factor: Multiplies the derivatives.
  ///   - overDistance: Whether they are divided by the distance besides, and 0 where that is.
  ///   - distances: The matrix.
  /// - Complexity: O(count + pairs).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func grouped(
    by side: PairSide, count: Int, factor: Scalar, overDistance: Bool, distances: MatrixView<Scalar>
  ) -> Grouped {
    var ends = [Int32](repeating: 0, count: count + 1)
    for t in slopes.indices where slopes[t] != 0 {
      if side != .column { ends[Int(rows[t]) + 1] += 1 }
      if side != .row { ends[Int(columns[t]) + 1] += 1 }
    }
    for i in 0..<count { ends[i + 1] += ends[i] }
    let starts = ends
    var places = [Int32](repeating: 0, count: Int(ends[count]))
    var coefficients = [Scalar](repeating: 0, count: places.count)
    // Each row's next free place; `ends[i]` starts at the row's first.
    func put(_ own: Int32, _ other: Int32, _ coefficient: Scalar) {
      let place = Int(ends[Int(own)])
      ends[Int(own)] += 1
      places[place] = other
      coefficients[place] = coefficient
    }
    for t in slopes.indices where slopes[t] != 0 {
      var coefficient = factor * slopes[t]
      if overDistance {
        let distance = distances[Int(rows[t]), Int(columns[t])]
        coefficient = distance > 0 ? coefficient / distance : 0
      }
      if side != .column { put(rows[t], columns[t], coefficient) }
      if side != .row { put(columns[t], rows[t], coefficient) }
    }
    return Grouped(starts: starts, places: places, coefficients: coefficients)
  }

  /// Adds `factor` × the gradient by points of a function whose derivatives by their squared distances are these.
  ///
  /// - Parameters:
  ///   - points: `[N, D]`.
  ///   - gradient: `[N, D]`, added to.
  /// - Complexity: O(pairs·D + N·D).
  func accumulate(through points: Tensor<Scalar>, factor: Scalar, into gradient: inout Tensor<Scalar>) {
    // No power of a distance is asked for, so no table of them is read.
    Scalar.pairKernels.accumulate(
      self, .power(2), side: .both, factor: 2 * factor, exponent: 0, distances: points.matrix, own: points,
      other: points, into: &gradient)
  }
}
