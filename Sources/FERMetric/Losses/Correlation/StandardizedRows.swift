/// Rows minus their means, of length 1: the scalar product of two of them is Pearson's correlation of the rows.
///
/// A row whose coordinates are all equal, up to rounding, has no direction; it becomes zeros, and its correlations are
/// 0.
struct StandardizedRows<Scalar: TensorScalar> {
  /// `[R, d]`
  let units: Tensor<Scalar>
  /// `[R]`: one over the length of each row minus its mean; 0 for a row without direction.
  private let inverses: Tensor<Scalar>

  init(_ rows: MatrixView<Scalar>) {
    (units, inverses) = Scalar.metricKernels.standardizedRows(rows, rounding: 8 * Scalar.ulpOfOne)
  }

  /// 1 for a row with a direction, 0 for one without: its correlation with itself.
  func square(_ row: Int) -> Double { inverses.span[row] > 0 ? 1 : 0 }

  /// Turns a gradient by the unit row û into one by the row itself, (g − mean g − (g·û)·û)/length, and adds it.
  func accumulate(_ gradient: Span<Scalar>, row: Int, into target: inout MutableSpan<Scalar>) {
    let inverse = inverses.span[row]
    guard inverse > 0 else { return }
    Scalar.metricKernels.accumulateStandardization(
      of: units.matrix[row: row], inverse: inverse, gradient: gradient, into: &target)
  }
}
