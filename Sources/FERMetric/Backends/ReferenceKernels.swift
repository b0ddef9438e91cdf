/// The kernels of ``Backend/reference``: plain Swift loops, obvious and slow, the oracle of every other backend.
public struct ReferenceKernels<Scalar: TensorScalar>: NetworkKernels {
  /// Creates the kernels; they hold nothing.
  public init() {}

  /// No: three loops are slower than those of the losses.
  public var hasFastProducts: Bool { false }

  /// Three nested loops over rows, inner index and columns.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func multiply(
    _ a: MatrixView<Scalar>, transposed transposeA: Bool, _ b: MatrixView<Scalar>, transposed transposeB: Bool,
    scale alpha: Scalar, into c: inout MutableMatrixView<Scalar>, keeping beta: Scalar
  ) {
    let size = MatrixProductShape(
      a, transposed: transposeA, b, transposed: transposeB, rows: c.rows, columns: c.columns)
    let (aRow, aInner) = transposeA ? (1, a.columns) : (a.columns, 1)
    let (bInner, bColumn) = transposeB ? (1, b.columns) : (b.columns, 1)
    unsafe a.elements.withUnsafeBufferPointer { a in
      unsafe b.elements.withUnsafeBufferPointer { b in
        unsafe c.elements.withUnsafeMutableBufferPointer { c in
          for i in 0..<size.m {
            for j in 0..<size.n { unsafe c[i * size.n + j] = beta == 0 ? 0 : beta * c[i * size.n + j] }
            for p in 0..<size.k {
              let factor = unsafe alpha * a[i * aRow + p * aInner]
              for j in 0..<size.n { unsafe c[i * size.n + j] += factor * b[p * bInner + j * bColumn] }
            }
          }
        }
      }
    }
  }
}
