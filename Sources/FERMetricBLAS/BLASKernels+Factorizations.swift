import FERMetric

#if OpenBLAS && os(Linux)
  extension BLASKernels {
    func symmetricEigendecomposition(
      _ matrix: Tensor<Scalar>
    ) throws(LinearAlgebraError) -> (values: Tensor<Scalar>, vectors: Tensor<Scalar>) {
      let routine = "the symmetric eigendecomposition"
      let n = matrix.squareOrder
      guard matrix.isLowerTriangleFinite else { throw .notFinite(routine: routine) }
      var vectors = matrix
      var values = Tensor<Scalar>(zeros: [n])
      let info = unsafe vectors.withUnsafeMutableBufferPointer { a in
        unsafe values.withUnsafeMutableBufferPointer { w in
          guard let a = a.baseAddress, let w = w.baseAddress, n > 0 else { return Int32(0) }
          return unsafe lapack.symmetricEigen(Int32(n), a, w)
        }
      }
      Self.checkArguments(info)
      guard info == 0 else { throw .notConverged(routine: routine) }
      return (values, vectors)
    }

    func choleskyFactor(_ matrix: Tensor<Scalar>) throws(LinearAlgebraError) -> Tensor<Scalar> {
      let n = matrix.squareOrder
      guard matrix.isLowerTriangleFinite else { throw .notFinite(routine: "the Cholesky factorization") }
      var factor = matrix
      let info = unsafe factor.withUnsafeMutableBufferPointer { a in
        guard let base = a.baseAddress, n > 0 else { return Int32(0) }
        for i in 0..<n {
          for j in i + 1..<max(n, i + 1) { unsafe base[i * n + j] = 0 }
        }
        return unsafe lapack.choleskyFactor(Int32(n), base)
      }
      Self.checkArguments(info)
      guard info == 0 else { throw .notPositiveDefinite(order: Int(info)) }
      return factor
    }

    func choleskySolve(factor: Tensor<Scalar>, _ rightHandSide: Tensor<Scalar>) -> Tensor<Scalar> {
      let n = factor.squareOrder
      precondition(
        rightHandSide.rank == 2 && rightHandSide.shape[0] == n,
        "a factor of order \(n) needs a right-hand side with \(n) rows, not the shape \(rightHandSide.shape)")
      // LAPACKE refuses NaN; substitution carries it on, as in the reference kernels.
      guard factor.isFinite && rightHandSide.isFinite else {
        return ReferenceKernels<Scalar>().choleskySolve(factor: factor, rightHandSide)
      }
      var solution = rightHandSide
      unsafe factor.withUnsafeBufferPointer { l in
        unsafe solution.withUnsafeMutableBufferPointer { x in
          guard let l = l.baseAddress, let x = x.baseAddress, rightHandSide.count > 0 else { return }
          Self.checkArguments(unsafe lapack.choleskySolve(Int32(n), Int32(rightHandSide.shape[1]), l, x))
        }
      }
      return solution
    }

    func singularValues(_ matrix: Tensor<Scalar>) throws(LinearAlgebraError) -> Tensor<Scalar> {
      let routine = "the singular value decomposition"
      precondition(matrix.rank == 2, "singular values need a matrix, not a tensor of shape \(matrix.shape)")
      guard matrix.isFinite else { throw .notFinite(routine: routine) }
      let (m, n) = (matrix.shape[0], matrix.shape[1])
      var work = matrix
      var values = Tensor<Scalar>(zeros: [min(m, n)])
      var scratch = values
      let info = unsafe work.withUnsafeMutableBufferPointer { a in
        unsafe values.withUnsafeMutableBufferPointer { s in
          unsafe scratch.withUnsafeMutableBufferPointer { e in
            guard let a = a.baseAddress, let s = s.baseAddress, let e = e.baseAddress, min(m, n) > 0 else {
              return Int32(0)
            }
            return unsafe lapack.singularValues(Int32(m), Int32(n), a, s, e)
          }
        }
      }
      Self.checkArguments(info)
      guard info == 0 else { throw .notConverged(routine: routine) }
      return values
    }
  }

  extension BLASKernels {
    /// Negative codes mean a refused argument or no memory for the routine's own scratch, not a property of the matrix.
    private static func checkArguments(_ info: Int32) {
      if info < 0 { fatalError("LAPACK could not run: it returned \(info)") }
    }
  }
#else
  extension BLASKernels {
    func symmetricEigendecomposition(
      _ matrix: Tensor<Scalar>
    ) throws(LinearAlgebraError) -> (values: Tensor<Scalar>, vectors: Tensor<Scalar>) {
      try ReferenceKernels<Scalar>().symmetricEigendecomposition(matrix)
    }

    func choleskyFactor(_ matrix: Tensor<Scalar>) throws(LinearAlgebraError) -> Tensor<Scalar> {
      try ReferenceKernels<Scalar>().choleskyFactor(matrix)
    }

    func choleskySolve(factor: Tensor<Scalar>, _ rightHandSide: Tensor<Scalar>) -> Tensor<Scalar> {
      ReferenceKernels<Scalar>().choleskySolve(factor: factor, rightHandSide)
    }

    func singularValues(_ matrix: Tensor<Scalar>) throws(LinearAlgebraError) -> Tensor<Scalar> {
      try ReferenceKernels<Scalar>().singularValues(matrix)
    }
  }
#endif
