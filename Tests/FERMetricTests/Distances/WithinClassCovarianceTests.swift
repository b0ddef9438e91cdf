import FERMetric
import Testing

@Suite(.serialized) struct WithinClassCovarianceTests {
  @Test func pooledOverClasses() {
    // Class 0 spreads by ±1 in the first coordinate, class 1 by ±2 in the second; the single sample says nothing.
    let points = Tensor<Double>([9, 3, 11, 3, 0, -2, 0, 2, 40, 50], shape: [5, 2])
    var covariance = WithinClassCovariance<Double>(dimension: 2)
    covariance.observe(points.matrix, labels: [0, 0, 1, 1, 2])
    #expect(covariance.matrix == Tensor([1, 0, 0, 4], shape: [2, 2]))
    covariance.observe((points * 2).matrix, labels: [0, 0, 1, 1, 2])
    #expect(largestDifference(covariance.matrix.array, [1.3, 0, 0, 5.2]) < 1e-14)
    #expect(covariance.batchCount == 2)
  }

  @Test func aBatchOfSingleSamplesIsPassedOver() throws {
    var covariance = WithinClassCovariance<Float>(dimension: 2)
    covariance.observe(Tensor<Float>([1, 2, 3, 4], shape: [2, 2]).matrix, labels: [0, 1])
    #expect(covariance.batchCount == 0)
    #expect(try covariance.metric().map == .identity(2))
  }

  @Test(arguments: Backend.compiled) func theMetricInvertsTheShrunkCovariance(_ backend: Backend) throws {
    try withBackend(backend) {
      var generator = SeededGenerator(seed: 41)
      var covariance = WithinClassCovariance<Double>(dimension: 6, shrinkage: 0.2)
      covariance.observe(Tensor<Double>.normal([5, 6], &generator).matrix, labels: [0, 0, 0, 1, 1])
      let map = try covariance.metric().map
      var shrunk = covariance.matrix
      let trace = (0..<6).reduce(0) { $0 + shrunk[$1, $1] }
      for j in 0..<6 { shrunk[j, j] += 0.2 * trace / 6 }
      let product = map.product(map, transposeLeft: true).product(shrunk)
      #expect(largestDifference(product.array, Tensor<Double>.identity(6).array) < 1e-12)
    }
  }

  @Test func coincidingPointsAreMeasuredByTheEuclideanMetric() throws {
    var covariance = WithinClassCovariance<Double>(dimension: 3)
    covariance.observe(Tensor<Double>(repeating: 2, shape: [4, 3]).matrix, labels: [0, 0, 1, 1])
    #expect(covariance.batchCount == 1)
    #expect(try covariance.metric().map == .identity(3))
  }
}
