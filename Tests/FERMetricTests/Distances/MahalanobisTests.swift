import FERMetric
import Testing

@Suite struct MahalanobisTests {
  private static let triplets = [
    SampleTriplet(anchor: 0, positive: 1, negative: 2), SampleTriplet(anchor: 3, positive: 4, negative: 0),
  ]

  @Test(arguments: DistancePower.allCases, [0, 0.3]) func gradientsEqualDifferenceQuotients(
    _ power: DistancePower, ridge: Double
  ) {
    var generator = SeededGenerator(seed: 24)
    let points = Tensor<Double>.normal([5, 4], &generator)
    let map = Tensor<Double>.normal([3, 4], &generator)
    var gradient = Tensor<Double>(zeros: [5, 4])
    var mapGradient = Tensor<Double>(zeros: [3, 4])
    func value(
      _ points: Tensor<Double>, _ map: Tensor<Double>, _ gradient: inout Tensor<Double>,
      _ mapGradient: inout Tensor<Double>
    ) -> Double {
      let metric = MahalanobisMetric(map: map, ridge: ridge, power: power)
      let loss = MahalanobisTriplet(metric: metric, margin: 50)
      var sink = gradient.mutableMatrix
      var mapSink = mapGradient.mutableMatrix
      return 0.5 * loss(points.matrix, triplets: Self.triplets, weight: 0.5, embeddings: &sink, map: &mapSink)
    }
    _ = value(points, map, &gradient, &mapGradient)
    var (spare, mapSpare) = (gradient, mapGradient)
    let byPoint = centralDifferences(at: points) { value($0, map, &spare, &mapSpare) }
    let byMap = centralDifferences(at: map) { value(points, $0, &spare, &mapSpare) }
    #expect(largestDifference(gradient.array, byPoint) < 1e-7)
    #expect(largestDifference(mapGradient.array, byMap) < 1e-7)
  }

  @Test(arguments: DistancePower.allCases) func pairsAgreeWithTheBatch(_ power: DistancePower) {
    var generator = SeededGenerator(seed: 25)
    let points = Tensor<Double>.normal([5, 4], &generator)
    let metric = MahalanobisMetric(map: .normal([3, 4], &generator), ridge: 0.2, power: power)
    var (byPair, byBatch) = (Tensor<Double>(zeros: [5, 4]), Tensor<Double>(zeros: [5, 4]))
    var (mapByPair, mapByBatch) = (Tensor<Double>(zeros: [3, 4]), Tensor<Double>(zeros: [3, 4]))
    var sum = 0.0
    for triplet in Self.triplets {
      for (other, sign) in [(triplet.positive, 1.0), (triplet.negative, -1)] {
        let (u, v) = (points[row: triplet.anchor], points[row: other])
        sum += sign * metric.distance(u.span, v.span)
        var (ofU, ofV) = (Tensor<Double>(zeros: [4]), Tensor<Double>(zeros: [4]))
        do {
          var spanU = ofU.mutableSpan
          var spanV = ofV.mutableSpan
          var sink = mapByPair.mutableMatrix
          metric.accumulateGradient(u.span, v.span, weight: sign / 2, u: &spanU, v: &spanV, map: &sink)
        }
        for j in 0..<4 {
          byPair[triplet.anchor, j] += ofU[j]
          byPair[other, j] += ofV[j]
        }
      }
    }
    let loss = MahalanobisTriplet(metric: metric, margin: 50)
    var sink = byBatch.mutableMatrix
    var mapSink = mapByBatch.mutableMatrix
    let value = loss(points.matrix, triplets: Self.triplets, embeddings: &sink, map: &mapSink)
    #expect((value - (sum / 2 + 50)).magnitude < 1e-12)
    #expect(largestDifference(byPair.array, byBatch.array) < 1e-12)
    #expect(largestDifference(mapByPair.array, mapByBatch.array) < 1e-12)
  }

  @Test func theScaleOfTheIdentityIsKept() {
    var generator = SeededGenerator(seed: 26)
    for shape in [[3, 3], [2, 3], [5, 3]] {
      var metric = MahalanobisMetric<Double>(map: .normal(Shape(shape), &generator))
      let before = metric.map
      metric.scaleToIdentity()
      let size = metric.map.product(metric.map, transposeLeft: true).norm()
      #expect(size.isApproximately(3.0.squareRoot(), relative: 1e-14))
      let factor = metric.map[0, 0] / before[0, 0]
      #expect(largestDifference((before * factor).array, metric.map.array) < 1e-14)
    }
    var zero = MahalanobisMetric<Float>(map: Tensor(zeros: [2, 2]))
    zero.scaleToIdentity()
    #expect(zero.map.norm() == 0)
  }
}
