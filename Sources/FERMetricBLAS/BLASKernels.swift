import FERMetric

/// Matrix products by a BLAS library; networks run on the defaults over matrix products.
///
/// Factorizations are LAPACK's on Linux. On Apple platforms, where Accelerate brings no LAPACKE, they are those of the
/// reference kernels.
struct BLASKernels<Scalar: TensorScalar>: NetworkKernels {
  let routines: BLASRoutines<Scalar>
  #if OpenBLAS && os(Linux)
    let lapack: LAPACKRoutines<Scalar>
  #endif

  func multiply(
    _ a: MatrixView<Scalar>, transposed transposeA: Bool, _ b: MatrixView<Scalar>, transposed transposeB: Bool,
    scale alpha: Scalar, into c: inout MutableMatrixView<Scalar>, keeping beta: Scalar
  ) {
    let size = MatrixProductShape(
      a, transposed: transposeA, b, transposed: transposeB, rows: c.rows, columns: c.columns)
    guard size.m > 0 && size.n > 0 else { return }
    let (aRow, bRow, cRow) = (max(1, a.columns), max(1, b.columns), max(1, c.columns))
    unsafe a.elements.withUnsafeBufferPointer { a in
      unsafe b.elements.withUnsafeBufferPointer { b in
        unsafe c.elements.withUnsafeMutableBufferPointer { c in
          guard let target = c.baseAddress else { return }
          // With an inner length of zero there is no element to point to, and c is only scaled.
          let nothing = unsafe UnsafePointer(target)
          unsafe routines.multiply(
            transposeA, transposeB, Int32(size.m), Int32(size.n), Int32(size.k), alpha, a.baseAddress ?? nothing,
            Int32(aRow), b.baseAddress ?? nothing, Int32(bRow), beta, target, Int32(cRow))
        }
      }
    }
  }
}
