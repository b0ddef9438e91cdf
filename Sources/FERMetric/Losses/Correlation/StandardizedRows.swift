/// Rows minus their means, of length 1: the scalar product of two of them is Pearson's correlation of the rows.
///
/// A row whose coordinates are all equal, up to rounding, has no direction; it becomes zeros, and its correlations are
/// 0.
struct StandardizedRows<Scalar: TensorScalar> {
  /// `[R, d]`
  let units: Tensor<Scalar>
  /// One over the length of each row minus its mean; 0 for a row without direction.
  private let inverses: [Scalar]

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(_ rows: MatrixView<Scalar>) {
    var units = Tensor<Scalar>(uninitialized: [rows.rows, rows.columns])
    var inverses = [Scalar](repeating: 0, count: rows.rows)
    var target = units.mutableMatrix
    let width = rows.columns
    for r in 0..<rows.rows {
      let row = rows[row: r]
      var unit = target[row: r]
      var sum = 0.0
      for j in 0..<width { sum += Double(row[j]) }
      let mean = Scalar(sum / Double(width))
      var (square, whole) = (0.0, 0.0)
      for j in 0..<width {
        let difference = row[j] - mean
        unit[j] = difference
        square += Double(difference * difference)
        whole += Double(row[j] * row[j])
      }
      let rounding = 8 * Double(Scalar.ulpOfOne)
      let length = square.squareRoot()
      inverses[r] = length > rounding * whole.squareRoot() ? Scalar(1 / length) : 0
      let inverse = inverses[r]
      for j in 0..<width { unit[j] *= inverse }
    }
    self.units = units
    self.inverses = inverses
  }

  /// 1 for a row with a direction, 0 for one without: its correlation with itself.
  func square(_ row: Int) -> Double { inverses[row] > 0 ? 1 : 0 }

  /// Turns a gradient by the unit row û into one by the row itself, (g − mean g − (g·û)·û)/length, and adds it.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func accumulate(_ gradient: Span<Scalar>, row: Int, into target: inout MutableSpan<Scalar>) {
    let inverse = inverses[row]
    guard inverse > 0 else { return }
    let unit = units.matrix[row: row]
    var (sum, product) = (0.0, 0.0)
    for j in 0..<unit.count {
      sum += Double(gradient[j])
      product += Double(gradient[j] * unit[j])
    }
    let (mean, along) = (Scalar(sum / Double(unit.count)), Scalar(product))
    for j in 0..<unit.count { target[j] += inverse * (gradient[j] - mean - along * unit[j]) }
  }
}
