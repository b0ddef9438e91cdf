#if OneDNN && os(Linux)
  internal import CFERConvolution
  import FERMetric
  import FERMetricBLAS

  /// The kernels of ``FERMetric/Backend/oneDNN`` for `Float`: oneDNN where it has one, OpenBLAS for matrices. Only the
  /// tables of losses are multiplied by oneDNN where that is faster; it takes some memory for each of its products.
  struct OneDNNKernels: NetworkKernels {
    typealias Scalar = Float

    private let matrices = Backend.openBLAS.single
    private let multiplies = fer_dnn_multiplies() != 0
    /// From so many rows on oneDNN gets a right matrix that is transposed already.
    private static let leastRows = 64

    func multiply(
      _ a: MatrixView<Float>, transposed transposeA: Bool, _ b: MatrixView<Float>, transposed transposeB: Bool,
      scale alpha: Float, into c: inout MutableMatrixView<Float>, keeping beta: Float
    ) {
      matrices.multiply(a, transposed: transposeA, b, transposed: transposeB, scale: alpha, into: &c, keeping: beta)
    }

    func multiplyTable(
      _ a: MatrixView<Float>, transposed transposeA: Bool, _ b: MatrixView<Float>, transposed transposeB: Bool,
      scale alpha: Float, into c: inout MutableMatrixView<Float>, keeping beta: Float
    ) {
      let size = MatrixProductShape(
        a, transposed: transposeA, b, transposed: transposeB, rows: c.rows, columns: c.columns)
      guard multiplies && min(size.m, size.n, size.k) > 0 else {
        multiply(a, transposed: transposeA, b, transposed: transposeB, scale: alpha, into: &c, keeping: beta)
        return
      }
      if transposeB && !transposeA && size.m >= Self.leastRows {
        var turned = Tensor<Float>(uninitialized: [size.k, size.n])
        Float.pairKernels.transpose(b, into: &turned)
        multiplyTable(a, transposed: false, turned.matrix, transposed: false, scale: alpha, into: &c, keeping: beta)
        return
      }
      let (aRow, bRow, cRow) = (Int64(a.columns), Int64(b.columns), Int64(c.columns))
      unsafe a.elements.withUnsafeBufferPointer { a in
        unsafe b.elements.withUnsafeBufferPointer { b in
          unsafe c.elements.withUnsafeMutableBufferPointer { c in
            check(
              unsafe fer_dnn_multiply(
                transposeA ? 1 : 0, transposeB ? 1 : 0, Int64(size.m), Int64(size.n), Int64(size.k), alpha,
                a.baseAddress, aRow, b.baseAddress, bRow, beta, c.baseAddress, cRow))
          }
        }
      }
    }

    func symmetricEigendecomposition(
      _ matrix: Tensor<Float>
    ) throws(LinearAlgebraError) -> (values: Tensor<Float>, vectors: Tensor<Float>) {
      try matrices.symmetricEigendecomposition(matrix)
    }

    func choleskyFactor(_ matrix: Tensor<Float>) throws(LinearAlgebraError) -> Tensor<Float> {
      try matrices.choleskyFactor(matrix)
    }

    func choleskySolve(factor: Tensor<Float>, _ rightHandSide: Tensor<Float>) -> Tensor<Float> {
      matrices.choleskySolve(factor: factor, rightHandSide)
    }

    func singularValues(_ matrix: Tensor<Float>) throws(LinearAlgebraError) -> Tensor<Float> {
      try matrices.singularValues(matrix)
    }
  }
#endif
