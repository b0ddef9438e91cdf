#if OpenBLAS && os(Linux)
  internal import CLAPACKE
  internal import COpenBLAS
  public import FERMetric

  /// The routines of BLAS and LAPACK for `Float` and `Double`.
  ///
  /// Requirements carry the routines' names without the letter of the type and take their arguments in row-major order.
  public protocol BLASScalar: TensorScalar {
    /// The routines of this type.
    static var routines: BLASRoutines<Self> { get }
  }

  /// The entry points of OpenBLAS and LAPACKE for one scalar type.
  public struct BLASRoutines<Scalar: BLASScalar>: Sendable {
    let gemm:
      @Sendable (
        CBLAS_TRANSPOSE, CBLAS_TRANSPOSE, Int32, Int32, Int32, Scalar, UnsafePointer<Scalar>, Int32,
        UnsafePointer<Scalar>, Int32, Scalar, UnsafeMutablePointer<Scalar>, Int32
      ) -> Void
    let syevd: @Sendable (Int32, UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>) -> Int32
    let potrf: @Sendable (Int32, UnsafeMutablePointer<Scalar>) -> Int32
    let potrs: @Sendable (Int32, Int32, UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>) -> Int32
    let gesvd:
      @Sendable (Int32, Int32, UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>)
        -> Int32
  }

  extension Float: BLASScalar {
    public static var routines: BLASRoutines<Float> {
      unsafe BLASRoutines(
        gemm: { unsafe cblas_sgemm(CblasRowMajor, $0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) },
        syevd: { unsafe LAPACKE_ssyevd(LAPACK_ROW_MAJOR, chars.vectors, chars.lower, $0, $1, $0, $2) },
        potrf: { unsafe LAPACKE_spotrf(LAPACK_ROW_MAJOR, chars.lower, $0, $1, $0) },
        potrs: { unsafe LAPACKE_spotrs(LAPACK_ROW_MAJOR, chars.lower, $0, $1, $2, $0, $3, $1) },
        gesvd: {
          unsafe LAPACKE_sgesvd(LAPACK_ROW_MAJOR, chars.none, chars.none, $0, $1, $2, $1, $3, nil, 1, nil, 1, $4)
        })
    }
  }

  extension Double: BLASScalar {
    public static var routines: BLASRoutines<Double> {
      unsafe BLASRoutines(
        gemm: { unsafe cblas_dgemm(CblasRowMajor, $0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) },
        syevd: { unsafe LAPACKE_dsyevd(LAPACK_ROW_MAJOR, chars.vectors, chars.lower, $0, $1, $0, $2) },
        potrf: { unsafe LAPACKE_dpotrf(LAPACK_ROW_MAJOR, chars.lower, $0, $1, $0) },
        potrs: { unsafe LAPACKE_dpotrs(LAPACK_ROW_MAJOR, chars.lower, $0, $1, $2, $0, $3, $1) },
        gesvd: {
          unsafe LAPACKE_dgesvd(LAPACK_ROW_MAJOR, chars.none, chars.none, $0, $1, $2, $1, $3, nil, 1, nil, 1, $4)
        })
    }
  }
#endif
