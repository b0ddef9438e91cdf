import FERMetric

#if canImport(Accelerate)
  internal import Accelerate
#elseif OpenBLAS
  internal import COpenBLAS
#endif

/// The entry points of a BLAS library for one scalar type, over row-major memory.
@safe struct BLASRoutines<Scalar: TensorScalar>: Sendable {
  /// c ← α·op(a)·op(b) + β·c: two transpositions, m, n, k, α, a, its row length, b, its row length, β, c, its row length.
  let multiply:
    @Sendable (
      Bool, Bool, Int32, Int32, Int32, Scalar, UnsafePointer<Scalar>, Int32, UnsafePointer<Scalar>, Int32, Scalar,
      UnsafeMutablePointer<Scalar>, Int32
    ) -> Void
}

#if canImport(Accelerate) || OpenBLAS
  extension BLASRoutines<Float> {
    static let single = unsafe BLASRoutines { a, b, m, n, k, alpha, x, xRow, y, yRow, beta, z, zRow in
      unsafe cblas_sgemm(
        CblasRowMajor, a ? CblasTrans : CblasNoTrans, b ? CblasTrans : CblasNoTrans, m, n, k, alpha, x, xRow, y, yRow,
        beta, z, zRow)
    }
  }

  extension BLASRoutines<Double> {
    static let double = unsafe BLASRoutines { a, b, m, n, k, alpha, x, xRow, y, yRow, beta, z, zRow in
      unsafe cblas_dgemm(
        CblasRowMajor, a ? CblasTrans : CblasNoTrans, b ? CblasTrans : CblasNoTrans, m, n, k, alpha, x, xRow, y, yRow,
        beta, z, zRow)
    }
  }
#endif
