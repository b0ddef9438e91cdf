extension ReferenceKernels {
  /// Cyclic Jacobi rotations until the off-diagonal part vanishes to working precision.
  public func symmetricEigendecomposition(
    _ matrix: Tensor<Scalar>
  ) throws(LinearAlgebraError) -> (values: Tensor<Scalar>, vectors: Tensor<Scalar>) {
    let n = matrix.squareOrder
    guard matrix.isLowerTriangleFinite else { throw .notFinite(routine: "the symmetric eigendecomposition") }
    var a = (0..<n).map { i in (0..<n).map { j in matrix[max(i, j), min(i, j)] } }
    var v = (0..<n).map { i in (0..<n).map { j in Scalar(i == j ? 1 : 0) } }
    let scale = a.joined().map(\.magnitude).max() ?? 0
    for _ in 0..<64 {
      var largest: Scalar = 0
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) {
          largest = max(largest, a[p][q].magnitude)
          guard a[p][q].magnitude > Scalar.ulpOfOne * Scalar.ulpOfOne * scale else { continue }
          let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let tangent = (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
          let cosine = 1 / (tangent * tangent + 1).squareRoot()
          let sine = tangent * cosine
          for k in 0..<n { (a[k][p], a[k][q]) = (cosine * a[k][p] - sine * a[k][q], sine * a[k][p] + cosine * a[k][q]) }
          for k in 0..<n { (a[p][k], a[q][k]) = (cosine * a[p][k] - sine * a[q][k], sine * a[p][k] + cosine * a[q][k]) }
          for k in 0..<n { (v[k][p], v[k][q]) = (cosine * v[k][p] - sine * v[k][q], sine * v[k][p] + cosine * v[k][q]) }
        }
      }
      if largest <= Scalar.ulpOfOne * scale {
        let order = (0..<n).sorted { a[$0][$0] < a[$1][$1] }
        let vectors = (0..<n).flatMap { row in order.map { v[row][$0] } }
        return (Tensor(order.map { a[$0][$0] }, shape: [n]), Tensor(vectors, shape: [n, n]))
      }
    }
    throw .notConverged(routine: "the symmetric eigendecomposition")
  }

  /// The row-by-row algorithm of Cholesky and Banachiewicz.
  public func choleskyFactor(_ matrix: Tensor<Scalar>) throws(LinearAlgebraError) -> Tensor<Scalar> {
    let n = matrix.squareOrder
    guard matrix.isLowerTriangleFinite else { throw .notFinite(routine: "the Cholesky factorization") }
    var factor = Tensor<Scalar>(zeros: [n, n])
    for i in 0..<n {
      for j in 0...i {
        var sum = matrix[i, j]
        for k in 0..<j { sum -= factor[i, k] * factor[j, k] }
        if i == j {
          guard sum > 0 else { throw .notPositiveDefinite(order: i + 1) }
          factor[i, i] = sum.squareRoot()
        } else {
          factor[i, j] = sum / factor[j, j]
        }
      }
    }
    return factor
  }

  /// Forward and backward substitution.
  public func choleskySolve(factor: Tensor<Scalar>, _ rightHandSide: Tensor<Scalar>) -> Tensor<Scalar> {
    let n = factor.squareOrder
    precondition(
      rightHandSide.rank == 2 && rightHandSide.shape[0] == n,
      "a factor of order \(n) needs a right-hand side with \(n) rows, not the shape \(rightHandSide.shape)")
    var x = rightHandSide
    for column in 0..<x.shape[1] {
      for i in 0..<n {
        for k in 0..<i { x[i, column] -= factor[i, k] * x[k, column] }
        x[i, column] /= factor[i, i]
      }
      for i in (0..<n).reversed() {
        for k in i + 1..<max(n, i + 1) { x[i, column] -= factor[k, i] * x[k, column] }
        x[i, column] /= factor[i, i]
      }
    }
    return x
  }

  /// One-sided Jacobi: columns are rotated until they are orthogonal; their lengths are the singular values.
  public func singularValues(_ matrix: Tensor<Scalar>) throws(LinearAlgebraError) -> Tensor<Scalar> {
    precondition(matrix.rank == 2, "singular values need a matrix, not a tensor of shape \(matrix.shape)")
    guard matrix.isFinite else { throw .notFinite(routine: "the singular value decomposition") }
    let tall = matrix.shape[0] >= matrix.shape[1] ? matrix : matrix.transposed()
    let (m, n) = (tall.shape[0], tall.shape[1])
    var columns = (0..<n).map { j in (0..<m).map { i in tall[i, j] } }
    for _ in 0..<64 {
      var rotated = false
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) {
          var (alpha, beta, gamma): (Scalar, Scalar, Scalar) = (0, 0, 0)
          for i in 0..<m {
            alpha += columns[p][i] * columns[p][i]
            beta += columns[q][i] * columns[q][i]
            gamma += columns[p][i] * columns[q][i]
          }
          guard gamma.magnitude > 4 * Scalar.ulpOfOne * (alpha * beta).squareRoot() else { continue }
          rotated = true
          let zeta = (beta - alpha) / (2 * gamma)
          let tangent = (zeta < 0 ? -1 : 1) / (zeta.magnitude + (zeta * zeta + 1).squareRoot())
          let cosine = 1 / (tangent * tangent + 1).squareRoot()
          let sine = tangent * cosine
          for i in 0..<m {
            (columns[p][i], columns[q][i]) = (
              cosine * columns[p][i] - sine * columns[q][i], sine * columns[p][i] + cosine * columns[q][i]
            )
          }
        }
      }
      if !rotated {
        let lengths = columns.map { column in column.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        return Tensor(lengths.sorted(by: >), shape: [n])
      }
    }
    throw .notConverged(routine: "the singular value decomposition")
  }
}

extension Tensor {
  /// The order of a square matrix.
  ///
  /// - Precondition: The tensor is a square matrix.
  package var squareOrder: Int {
    precondition(rank == 2 && shape[0] == shape[1], "a square matrix is needed, not a tensor of shape \(shape)")
    return shape[0]
  }

  /// Whether all elements on and below the diagonal are finite.
  package var isLowerTriangleFinite: Bool {
    let n = squareOrder
    for i in 0..<n {
      for j in 0...i where unsafe !base[i * n + j].isFinite { return false }
    }
    return true
  }
}
