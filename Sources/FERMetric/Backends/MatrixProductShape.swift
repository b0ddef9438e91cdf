/// The sizes m, n, k of a matrix product op(a)·op(b), checked.
package struct MatrixProductShape {
  package let m: Int
  package let n: Int
  package let k: Int

  /// - Precondition: op(a) is m × k, op(b) is k × n and `c` is m × n.
  package init<Scalar: TensorScalar>(
    _ a: MatrixView<Scalar>, transposed transposeA: Bool, _ b: MatrixView<Scalar>, transposed transposeB: Bool,
    rows: Int, columns: Int
  ) {
    m = transposeA ? a.columns : a.rows
    k = transposeA ? a.rows : a.columns
    n = transposeB ? b.rows : b.columns
    let inner = transposeB ? b.columns : b.rows
    precondition(
      k == inner && m == rows && n == columns,
      "a product of \(m)×\(k) and \(inner)×\(n) matrices does not fit a result of \(rows)×\(columns)")
  }
}
