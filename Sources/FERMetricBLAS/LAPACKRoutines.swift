#if OpenBLAS && os(Linux)
  internal import CLAPACKE
  import FERMetric

  /// The entry points of LAPACKE for one scalar type, over row-major memory. Each returns LAPACK's `info`.
  @safe struct LAPACKRoutines<Scalar: TensorScalar>: Sendable {
    typealias Memory = UnsafeMutablePointer<Scalar>

    /// Eigenvalues into the second argument, eigenvectors over the matrix of order n; the lower triangle is read.
    let symmetricEigen: @Sendable (_ n: Int32, _ matrix: Memory, _ values: Memory) -> Int32
    /// The lower Cholesky factor over the matrix of order n.
    let choleskyFactor: @Sendable (_ n: Int32, _ matrix: Memory) -> Int32
    /// The solution over the right-hand side of r columns.
    let choleskySolve: @Sendable (_ n: Int32, _ r: Int32, _ factor: UnsafePointer<Scalar>, _ solution: Memory) -> Int32
    /// The singular values of an m × n matrix, which is destroyed; `scratch` holds min(m, n) elements.
    let singularValues:
      @Sendable (_ m: Int32, _ n: Int32, _ matrix: Memory, _ values: Memory, _ scratch: Memory) -> Int32
  }

  private let lower = CChar(UInt8(ascii: "L"))
  private let withVectors = CChar(UInt8(ascii: "V"))
  private let withoutVectors = CChar(UInt8(ascii: "N"))

  extension LAPACKRoutines<Float> {
    static let single = unsafe LAPACKRoutines(
      symmetricEigen: { n, a, w in unsafe LAPACKE_ssyevd(LAPACK_ROW_MAJOR, withVectors, lower, n, a, n, w) },
      choleskyFactor: { n, a in unsafe LAPACKE_spotrf(LAPACK_ROW_MAJOR, lower, n, a, n) },
      choleskySolve: { n, r, l, x in unsafe LAPACKE_spotrs(LAPACK_ROW_MAJOR, lower, n, r, l, n, x, r) },
      singularValues: { m, n, a, s, scratch in
        unsafe LAPACKE_sgesvd(
          LAPACK_ROW_MAJOR, withoutVectors, withoutVectors, m, n, a, n, s, nil, m, nil, n, scratch)
      })
  }

  extension LAPACKRoutines<Double> {
    static let double = unsafe LAPACKRoutines(
      symmetricEigen: { n, a, w in unsafe LAPACKE_dsyevd(LAPACK_ROW_MAJOR, withVectors, lower, n, a, n, w) },
      choleskyFactor: { n, a in unsafe LAPACKE_dpotrf(LAPACK_ROW_MAJOR, lower, n, a, n) },
      choleskySolve: { n, r, l, x in unsafe LAPACKE_dpotrs(LAPACK_ROW_MAJOR, lower, n, r, l, n, x, r) },
      singularValues: { m, n, a, s, scratch in
        unsafe LAPACKE_dgesvd(
          LAPACK_ROW_MAJOR, withoutVectors, withoutVectors, m, n, a, n, s, nil, m, nil, n, scratch)
      })
  }
#endif
