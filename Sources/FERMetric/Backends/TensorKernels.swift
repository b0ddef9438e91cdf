/// Dense matrix kernels for one scalar type: what a library such as BLAS and LAPACK offers.
///
/// Matrices are row-major. Sizes that do not fit are the caller's error and trap; what depends on values throws.
public protocol TensorKernels<Scalar>: Sendable {
  associatedtype Scalar: TensorScalar

  /// Whether the matrix product is worth calling where a loop over rows does the same. By default it is.
  var hasFastProducts: Bool { get }

  /// Computes c ← α·op(a)·op(b) + β·c, where op transposes or not.
  ///
  /// With β = 0 the old contents of `c` are not read, so they may be NaN.
  ///
  /// - Parameters:
  ///   - a: op(a) has the shape m × k.
  ///   - transposeA: Whether op(a) is aᵀ.
  ///   - b: op(b) has the shape k × n.
  ///   - transposeB: Whether op(b) is bᵀ.
  ///   - alpha: The factor α of the product.
  ///   - c: m × n.
  ///   - beta: The factor β of what c holds; with 0 it is not read.
  /// - Precondition: The three shapes fit.
  func multiply(
    _ a: MatrixView<Scalar>, transposed transposeA: Bool, _ b: MatrixView<Scalar>, transposed transposeB: Bool,
    scale alpha: Scalar, into c: inout MutableMatrixView<Scalar>, keeping beta: Scalar)

  /// The same for the tables of losses, which have many rows: a library may take memory for the time of the call, as the
  /// steps of a network should not. By default ``multiply(_:transposed:_:transposed:scale:into:keeping:)``.
  func multiplyTable(
    _ a: MatrixView<Scalar>, transposed transposeA: Bool, _ b: MatrixView<Scalar>, transposed transposeB: Bool,
    scale alpha: Scalar, into c: inout MutableMatrixView<Scalar>, keeping beta: Scalar)

  /// Decomposes a symmetric matrix A = V·diag(λ)·Vᵀ. Only the lower triangle is read.
  ///
  /// - Parameter matrix: n × n.
  /// - Returns: Eigenvalues in ascending order [n], and eigenvectors as columns [n, n], each of length 1.
  /// - Precondition: The matrix is square.
  func symmetricEigendecomposition(
    _ matrix: Tensor<Scalar>
  ) throws(LinearAlgebraError) -> (values: Tensor<Scalar>, vectors: Tensor<Scalar>)

  /// Factorizes a symmetric positive definite matrix A = L·Lᵀ. Only the lower triangle is read.
  ///
  /// - Parameter matrix: n × n.
  /// - Returns: L, lower triangular with zeros above the diagonal.
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(order:)``.
  /// - Precondition: The matrix is square.
  func choleskyFactor(_ matrix: Tensor<Scalar>) throws(LinearAlgebraError) -> Tensor<Scalar>

  /// Solves L·Lᵀ·X = B for X.
  ///
  /// - Parameters:
  ///   - factor: L, n × n, of ``choleskyFactor(_:)``.
  ///   - rightHandSide: B, n × r.
  /// - Precondition: The shapes fit.
  func choleskySolve(factor: Tensor<Scalar>, _ rightHandSide: Tensor<Scalar>) -> Tensor<Scalar>

  /// The singular values of an m × n matrix in descending order [min(m, n)].
  func singularValues(_ matrix: Tensor<Scalar>) throws(LinearAlgebraError) -> Tensor<Scalar>
}

extension TensorKernels {
  /// Yes: a library of matrix kernels multiplies faster than loops over rows.
  public var hasFastProducts: Bool { true }

  /// Multiplies as networks do.
  public func multiplyTable(
    _ a: MatrixView<Scalar>, transposed transposeA: Bool, _ b: MatrixView<Scalar>, transposed transposeB: Bool,
    scale alpha: Scalar, into c: inout MutableMatrixView<Scalar>, keeping beta: Scalar
  ) {
    multiply(a, transposed: transposeA, b, transposed: transposeB, scale: alpha, into: &c, keeping: beta)
  }
}
