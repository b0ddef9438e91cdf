import FERMetric
import Testing

/// What every backend's matrix kernels must do, over odd sizes and all transpositions, in both scalar types.
@Suite(.serialized) struct TensorConformanceTests {
  static let sizes = [1, 2, 3, 7, 16, 33]

  @Test(arguments: Backend.compiled)
  func productsAgreeWithTheDefinition(_ backend: Backend) {
    var cases = 0
    for m in Self.sizes {
      for n in Self.sizes {
        for k in [1, 5, 17, 64] {
          for transposition in 0..<4 {
            let (left, right) = (transposition & 1 == 1, transposition & 2 == 2)
            checkProduct(Float.self, backend, m, n, k, left, right)
            checkProduct(Double.self, backend, m, n, k, left, right)
            cases += 2
          }
        }
      }
    }
    print("matrix products on \(backend): \(cases) cases")
    #expect(cases == 6 * 6 * 4 * 4 * 2)
  }

  private func checkProduct<Scalar: TensorScalar>(
    _ type: Scalar.Type, _ backend: Backend, _ m: Int, _ n: Int, _ k: Int, _ transposeA: Bool, _ transposeB: Bool
  ) {
    var generator = SeededGenerator(seed: 9, stream: UInt64(m), UInt64(n), UInt64(k))
    let a = Tensor<Scalar>.normal(transposeA ? [k, m] : [m, k], &generator)
    let b = Tensor<Scalar>.normal(transposeB ? [n, k] : [k, n], &generator)
    let start = Tensor<Scalar>.normal([m, n], &generator)
    var c = start
    var target = c.mutableMatrix
    Scalar.kernels(of: backend).multiply(
      a.matrix, transposed: transposeA, b.matrix, transposed: transposeB, scale: 0.5, into: &target, keeping: 2)
    var worst = 0.0
    for i in 0..<m {
      for j in 0..<n {
        var sum = 0.0
        var scale = 1.0
        for p in 0..<k {
          let term = Double(transposeA ? a[p, i] : a[i, p]) * Double(transposeB ? b[j, p] : b[p, j])
          sum += term
          scale += term.magnitude
        }
        let expected = 0.5 * sum + 2 * Double(start[i, j])
        worst = max(worst, (Double(c[i, j]) - expected).magnitude / scale)
      }
    }
    #expect(worst < 4 * Double(Scalar.ulpOfOne) * Double(k).squareRoot().rounded(.up))
  }

  @Test(arguments: Backend.compiled)
  func aFactorOfZeroIgnoresOldContents(_ backend: Backend) {
    var c = Tensor<Float>(repeating: .nan, shape: [2, 2])
    var target = c.mutableMatrix
    let a = Tensor<Float>([1, 2, 3, 4], shape: [2, 2])
    backend.single.multiply(
      a.matrix, transposed: false, a.matrix, transposed: false, scale: 1, into: &target, keeping: 0)
    #expect(c.array == [7, 10, 15, 22])
  }

  @Test(arguments: Backend.compiled)
  func eigendecompositionsReproduceTheMatrix(_ backend: Backend) throws {
    for n in [1, 2, 5, 16, 33] {
      var generator = SeededGenerator(seed: 4, stream: UInt64(n))
      let a = Tensor<Double>.normal([n, n], &generator)
      let symmetric = a.product(a, transposeRight: true)
      let (values, vectors) = try backend.double.symmetricEigendecomposition(symmetric)
      #expect(values.array == values.array.sorted())
      let rebuilt = (vectors * values.reshaped(to: [1, n])).product(vectors, transposeRight: true)
      #expect((rebuilt - symmetric).norm() < 1e-12 * symmetric.norm())
      let gram = vectors.product(vectors, transposeLeft: true)
      #expect((gram - .identity(n)).norm() < 1e-12 * Double(n))
    }
  }

  @Test(arguments: Backend.compiled)
  func choleskySolvesAndRefuses(_ backend: Backend) throws {
    for n in [1, 3, 17] {
      var generator = SeededGenerator(seed: 6, stream: UInt64(n))
      let a = Tensor<Double>.normal([n, n], &generator)
      let positive = a.product(a, transposeRight: true) + .identity(n)
      let factor = try backend.double.choleskyFactor(positive)
      #expect((factor.product(factor, transposeRight: true) - positive).norm() < 1e-12 * positive.norm())
      for i in 0..<n { for j in i + 1..<max(n, i + 1) { #expect(factor[i, j] == 0) } }
      let b = Tensor<Double>.normal([n, 3], &generator)
      let x = backend.double.choleskySolve(factor: factor, b)
      #expect((positive.product(x) - b).norm() < 1e-10 * b.norm())
    }
    let indefinite = Tensor<Double>([1, 2, 2, 1], shape: [2, 2])
    #expect(throws: LinearAlgebraError.notPositiveDefinite(order: 2)) {
      try backend.double.choleskyFactor(indefinite)
    }
    #expect(throws: LinearAlgebraError.notFinite(routine: "the Cholesky factorization")) {
      try backend.double.choleskyFactor(Tensor([1, .nan, .nan, 1], shape: [2, 2]))
    }
  }

  @Test(arguments: Backend.compiled)
  func singularValuesAreRootsOfEigenvalues(_ backend: Backend) throws {
    for (m, n) in [(1, 1), (3, 5), (8, 2), (17, 17)] {
      var generator = SeededGenerator(seed: 8, stream: UInt64(m), UInt64(n))
      let a = Tensor<Double>.normal([m, n], &generator)
      let values = try backend.double.singularValues(a)
      let gram = m >= n ? a.product(a, transposeLeft: true) : a.product(a, transposeRight: true)
      let roots = try Backend.reference.double.symmetricEigendecomposition(gram).values.array.reversed()
      for (value, root) in zip(values.array, roots) {
        #expect((value - max(0, root).squareRoot()).magnitude < 1e-7 * (values[0] + 1))
      }
      #expect((values * values).sum().isApproximately((a * a).sum(), relative: 1e-12))
    }
  }

  @Test func scopesChooseTheBackend() {
    #expect(Backend.current.name == "reference")
    for backend in Backend.compiled {
      let name = withBackend(backend) { Backend.current.name }
      #expect(name == backend.name)
    }
  }
}
