import FERMetric
import Testing

/// What every backend's matrix kernels must do, over odd sizes and all transpositions, in both scalar types.
@Suite(.serialized) struct TensorConformanceTests {
  static let sizes = [0, 1, 2, 3, 7, 16, 33]

  @Test(arguments: Backend.compiled)
  func productsAgreeWithTheDefinition(_ backend: Backend) {
    var cases = 0
    for m in Self.sizes {
      for n in Self.sizes {
        for k in [0, 1, 5, 17, 64] {
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
    #expect(cases == 7 * 7 * 5 * 4 * 2)
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
    var table = start
    var tableTarget = table.mutableMatrix
    Scalar.kernels(of: backend).multiplyTable(
      a.matrix, transposed: transposeA, b.matrix, transposed: transposeB, scale: 0.5, into: &tableTarget, keeping: 2)
    let (left, right, before, after, tabled) = (a.array, b.array, start.array, c.array, table.array)
    var worst = 0.0
    for i in 0..<m {
      for j in 0..<n {
        var sum = 0.0
        var scale = 1.0
        for p in 0..<k {
          let term =
            Double(left[transposeA ? p * m + i : i * k + p]) * Double(right[transposeB ? j * k + p : p * n + j])
          sum += term
          scale += term.magnitude
        }
        let expected = 0.5 * sum + 2 * Double(before[i * n + j])
        for result in [after, tabled] {
          worst = max(worst, (Double(result[i * n + j]) - expected).magnitude / scale)
        }
      }
    }
    #expect(worst < 4 * Double(Scalar.ulpOfOne) * Double(max(k, 1)).squareRoot().rounded(.up))
  }

  @Test(arguments: Backend.compiled)
  func aFactorOfZeroIgnoresOldContents(_ backend: Backend) {
    var c = Tensor<Float>(repeating: .nan, shape: [2, 2])
    var target = c.mutableMatrix
    let a = Tensor<Float>([1, 2, 3, 4], shape: [2, 2])
    backend.single.multiply(
      a.matrix, transposed: false, a.matrix, transposed: false, scale: 1, into: &target, keeping: 0)
    #expect(c.array == [7, 10, 15, 22])
    var table = Tensor<Float>(repeating: .nan, shape: [2, 2])
    var tableTarget = table.mutableMatrix
    backend.single.multiplyTable(
      a.matrix, transposed: false, a.matrix, transposed: false, scale: 1, into: &tableTarget, keeping: 0)
    #expect(table.array == [7, 10, 15, 22])
  }

  @Test(arguments: Backend.compiled)
  func factorizationsReproduceTheirMatrices(_ backend: Backend) throws {
    var cases = 0
    for n in [0, 1, 2, 3, 5, 17, 33] {
      try checkEigenvalues(Float.self, backend, n)
      try checkEigenvalues(Double.self, backend, n)
      try checkCholesky(Float.self, backend, n)
      try checkCholesky(Double.self, backend, n)
      cases += 4
    }
    for (m, n) in [(0, 0), (1, 1), (3, 5), (8, 2), (17, 17)] {
      try checkSingularValues(Float.self, backend, m, n)
      try checkSingularValues(Double.self, backend, m, n)
      cases += 2
    }
    print("factorizations on \(backend): \(cases) cases")
    #expect(cases == 7 * 4 + 5 * 2)
  }

  private func checkEigenvalues<Scalar: TensorScalar>(_ type: Scalar.Type, _ backend: Backend, _ n: Int) throws {
    var generator = SeededGenerator(seed: 4, stream: UInt64(n))
    let a = Tensor<Scalar>.normal([n, n], &generator)
    let symmetric = a.product(a, transposeRight: true)
    let (values, vectors) = try Scalar.kernels(of: backend).symmetricEigendecomposition(symmetric)
    #expect(values.array == values.array.sorted())
    let rebuilt = (vectors * values.reshaped(to: [1, n])).product(vectors, transposeRight: true)
    let tolerance = 32 * Scalar.ulpOfOne * Scalar(n)
    #expect((rebuilt - symmetric).norm() <= tolerance * symmetric.norm())
    let gram = vectors.product(vectors, transposeLeft: true)
    #expect((gram - .identity(n)).norm() <= tolerance)
  }

  private func checkCholesky<Scalar: TensorScalar>(_ type: Scalar.Type, _ backend: Backend, _ n: Int) throws {
    var generator = SeededGenerator(seed: 6, stream: UInt64(n))
    let a = Tensor<Scalar>.normal([n, n], &generator)
    let positive = a.product(a, transposeRight: true) + .identity(n)
    var lowerOnly = positive
    for i in 0..<n { for j in i + 1..<max(n, i + 1) { lowerOnly[i, j] = .nan } }
    let kernels = Scalar.kernels(of: backend)
    let factor = try kernels.choleskyFactor(lowerOnly)
    let tolerance = 32 * Scalar.ulpOfOne * Scalar(n)
    #expect((factor.product(factor, transposeRight: true) - positive).norm() <= tolerance * positive.norm())
    for i in 0..<n { for j in i + 1..<max(n, i + 1) { #expect(factor[i, j] == 0) } }
    let b = Tensor<Scalar>.normal([n, 3], &generator)
    let x = kernels.choleskySolve(factor: factor, b)
    #expect((positive.product(x) - b).norm() <= tolerance * positive.norm() * x.norm())
  }

  private func checkSingularValues<Scalar: TensorScalar>(
    _ type: Scalar.Type, _ backend: Backend, _ m: Int, _ n: Int
  ) throws {
    var generator = SeededGenerator(seed: 8, stream: UInt64(m), UInt64(n))
    let a = Tensor<Scalar>.normal([m, n], &generator)
    let values = try Scalar.kernels(of: backend).singularValues(a)
    let exact = a.converted(to: Double.self)
    let gram = m >= n ? exact.product(exact, transposeLeft: true) : exact.product(exact, transposeRight: true)
    let roots = try Backend.reference.double.symmetricEigendecomposition(gram).values.array.reversed()
    #expect(values.count == min(m, n))
    for (value, root) in zip(values.array, roots) {
      // A root of an eigenvalue keeps half of its digits, relative to the largest.
      let tolerance = max(Double(Scalar.ulpOfOne) * 32, 1e-7) * (Double(values[0]) + 1)
      #expect((Double(value) - max(0, root).squareRoot()).magnitude < tolerance)
    }
  }

  @Test(arguments: Backend.compiled)
  func factorizationsRefuseAndCarryOnNaN(_ backend: Backend) throws {
    #expect(throws: LinearAlgebraError.notPositiveDefinite(order: 2)) {
      try backend.double.choleskyFactor(Tensor([1, 2, 2, 1], shape: [2, 2]))
    }
    let nan = Tensor<Double>([1, 0, .nan, 1], shape: [2, 2])
    #expect(throws: LinearAlgebraError.notFinite(routine: "the Cholesky factorization")) {
      try backend.double.choleskyFactor(nan)
    }
    #expect(throws: LinearAlgebraError.notFinite(routine: "the symmetric eigendecomposition")) {
      _ = try backend.double.symmetricEigendecomposition(nan)
    }
    #expect(throws: LinearAlgebraError.notFinite(routine: "the singular value decomposition")) {
      try backend.double.singularValues(nan)
    }
    let x = backend.double.choleskySolve(factor: .identity(2), Tensor([1, .nan], shape: [2, 1]))
    #expect(x[0, 0] == 1 || x[0, 0].isNaN)
    #expect(x[1, 0].isNaN)
  }

  @Test func scopesChooseTheBackend() {
    #expect(Backend.current.name == "reference")
    for backend in Backend.compiled {
      let names = withBackend(backend) {
        [Backend.current.name, withBackend(.reference) { Backend.current.name }, Backend.current.name]
      }
      #expect(names == [backend.name, "reference", backend.name])
    }
    struct Stop: Error {}
    #expect(throws: Stop.self) { try withBackend(.reference) { throw Stop() } }
  }

  @Test func scopesReachChildTasks() async {
    for backend in Backend.compiled {
      let name = await withBackend(backend) {
        async let child = Backend.current.name
        return await child
      }
      #expect(name == backend.name)
    }
  }
}
