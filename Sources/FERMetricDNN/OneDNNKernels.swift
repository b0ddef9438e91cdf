#if OneDNN && os(Linux)
  import FERMetric
  import FERMetricBLAS

  /// The kernels of ``FERMetric/Backend/oneDNN`` for `Float`: oneDNN where it has one, OpenBLAS for matrices.
  struct OneDNNKernels: NetworkKernels {
    typealias Scalar = Float

    private let matrices = Backend.openBLAS.single

    func multiply(
      _ a: MatrixView<Float>, transposed transposeA: Bool, _ b: MatrixView<Float>, transposed transposeB: Bool,
      scale alpha: Float, into c: inout MutableMatrixView<Float>, keeping beta: Float
    ) {
      matrices.multiply(
        a, transposed: transposeA, b, transposed: transposeB, scale: alpha, into: &c, keeping: beta)
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
