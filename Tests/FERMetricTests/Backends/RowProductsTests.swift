import Testing

@testable import FERMetric

/// Dot products of many rows come from the backend where it multiplies matrices faster than loops over rows.
@Suite struct RowProductsTests {
  @Test func onlyManyRowsAndFastBackendsMultiply() {
    #expect(!Backend.reference.single.hasFastProducts && !Backend.reference.double.hasFastProducts)
    for backend in Backend.compiled where backend.name != Backend.reference.name {
      #expect(backend.single.hasFastProducts && backend.double.hasFastProducts, "\(backend)")
      withBackend(backend) {
        #expect(RowProducts<Float>(rows: 32, others: 31) == nil)
        #expect(RowProducts<Float>(rows: 32, others: 32) != nil)
      }
    }
    #expect(RowProducts<Float>(rows: 256, others: 256) == nil)
  }

  @Test(arguments: Backend.compiled)
  func distancesAndGradientsEqualThoseOfTheLoops(_ backend: Backend) {
    // The last ones are so large that the library multiplies rows with one another, too: fewer than it gets at once, as
    // many, and more.
    let sizes = [
      (1, 3, 5), (31, 40, 7), (32, 32, 33), (65, 130, 96), (128, 64, 1), (200, 33, 20), (50, 33, 2700), (64, 33, 2049),
      (301, 32, 441), (513, 32, 3),
    ]
    for (n, m, d) in sizes {
      compare(Float.self, backend, n, m, d)
      compare(Double.self, backend, n, m, d)
    }
  }

  @Test(arguments: [(1, 1), (3, 5), (16, 16), (17, 40), (64, 33), (100, 48)]) func transposition(
    rows: Int, columns: Int
  ) {
    func check<Scalar: TensorScalar>(_: Scalar.Type) {
      let x = Tensor<Scalar>((0..<rows * columns).map { Scalar($0) }, shape: [rows, columns])
      var turned = Tensor<Scalar>(repeating: -1, shape: [columns * rows + 2])
      Scalar.pairKernels.transpose(x.matrix, into: &turned)
      #expect(turned.array == x.transposed().array + [-1, -1])
    }
    check(Float.self)
    check(Double.self)
  }

  private func compare<Scalar: TensorScalar>(_: Scalar.Type, _ backend: Backend, _ n: Int, _ m: Int, _ d: Int) {
    var generator = SeededGenerator(seed: 5, stream: UInt64(n), UInt64(m))
    let (x, y) = (Tensor<Scalar>.normal([n, d], &generator), Tensor<Scalar>.normal([m, d], &generator))
    let (own, cross) = (Tensor<Scalar>.normal([n, n], &generator), Tensor<Scalar>.normal([n, m], &generator))
    let bound = 64 * Double(Scalar.ulpOfOne)
    for distance in [PairwiseDistance<Scalar>.cosine, .dotProduct(normalized: false)] {
      func run() -> [Tensor<Scalar>] {
        let (among, against) = (distance(x.matrix), distance(x.matrix, y.matrix))
        var (dx, dy) = (Tensor<Scalar>(repeating: 1, shape: x.shape), Tensor<Scalar>(repeating: 1, shape: y.shape))
        var sink = dx.mutableMatrix
        distance.accumulateGradient(own.matrix, distances: among.matrix, of: x.matrix, weight: 0.5, into: &sink)
        distance.accumulateGradient(
          cross.matrix, distances: against.matrix, of: x.matrix, against: y.matrix, into: &sink)
        var reference = dy.mutableMatrix
        distance.accumulateReferenceGradient(
          cross.matrix, distances: against.matrix, of: x.matrix, against: y.matrix, into: &reference)
        return [among, against, dx, dy]
      }
      let expected = withBackend(.reference, run)
      let actual = withBackend(backend, run)
      for (one, other) in zip(actual, expected) {
        let wanted = Tensor<Double>(other.array.map { Double($0) }, shape: other.shape)
        #expect(relativeDifference(one, wanted, floor: 1) < bound, "\(backend) \(distance.kind) \(n) \(m) \(d)")
      }
      let among = actual[0]
      for i in 0..<n { for j in 0..<i { #expect(among[i, j] == among[j, i]) } }
    }
  }

  /// Cosines with many proxies; some samples take no part.
  @Test(arguments: Backend.compiled)
  func proxiesGetTheSameFromEveryBackend(_ backend: Backend) throws {
    var batch = TensorBatch<Double>.random(samples: 50, centers: 36, classes: 12, seed: 3)
    batch.included = (0..<50).map { $0 % 11 != 4 }
    func run() throws -> (LossValue<Double>, [Tensor<Double>]) {
      var loss = SoftTripleLoss<Double>(proxiesPerClass: 3, scale: 4)
      let (value, gradients) = try loss(batch)
      return (value, [try #require(gradients.embeddings), try #require(gradients.centers)])
    }
    let (value, gradients) = try withBackend(.reference, run)
    let (other, others) = try withBackend(backend, run)
    #expect((value.value - other.value).magnitude < 1e-13)
    for (one, other) in zip(others, gradients) { #expect(relativeDifference(one, other, floor: 1e-3) < 1e-12) }
    let kept = (0..<50).filter { batch.included![$0] }
    var without = batch.rows(kept)
    without.included = nil
    try withBackend(backend) {
      var loss = SoftTripleLoss<Double>(proxiesPerClass: 3, scale: 4)
      let (value, gradients) = try loss(without)
      #expect(value.value == other.value && gradients.centers == others[1])
    }
  }
}
