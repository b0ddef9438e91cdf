#if OpenBLAS && os(Linux)
  import COpenBLAS
  public import FERMetric

  /// Matrix products by OpenBLAS and factorizations by LAPACK; networks run on the defaults over matrix products.
  public struct OpenBLASKernels<Scalar: BLASScalar>: NetworkKernels {
    /// Creates the kernels; they hold nothing.
    public init() {}

    /// GEMM.
    public func multiply(
      _ a: MatrixView<Scalar>, transposed transposeA: Bool, _ b: MatrixView<Scalar>, transposed transposeB: Bool,
      scale alpha: Scalar, into c: inout MutableMatrixView<Scalar>, keeping beta: Scalar
    ) {
      let size = MatrixProductShape(
        a, transposed: transposeA, b, transposed: transposeB, rows: c.rows, columns: c.columns)
      guard size.m > 0 && size.n > 0 else { return }
      let (aStride, bStride, cStride) = (max(1, a.columns), max(1, b.columns), max(1, c.columns))
      unsafe a.elements.withUnsafeBufferPointer { a in
        unsafe b.elements.withUnsafeBufferPointer { b in
          unsafe c.elements.withUnsafeMutableBufferPointer { c in
            // An inner length of zero leaves no element to point to; GEMM then only scales c.
            guard let target = c.baseAddress else { return }
            let fallback = unsafe UnsafePointer(target)
            unsafe Scalar.gemm(
              transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
              Int32(size.m), Int32(size.n), Int32(size.k), alpha, a.baseAddress ?? fallback, Int32(aStride),
              b.baseAddress ?? fallback, Int32(bStride), beta, target, Int32(cStride))
          }
        }
      }
    }
  }
#endif
