import FERMetric
import Testing

@Suite struct MahalanobisTests {
  @Test(arguments: DistancePower.allCases) func gradientsEqualDifferenceQuotients(_ power: DistancePower) {
    var generator = SeededGenerator(seed: 24)
    let points = Tensor<Double>.normal([5, 4], &generator)
    let map = Tensor<Double>.normal([3, 4], &generator)
    let triplets = [
      MahalanobisTriplet<Double>.Triplet(anchor: 0, positive: 1, negative: 2),
      MahalanobisTriplet<Double>.Triplet(anchor: 3, positive: 4, negative: 0),
    ]
    var gradient = Tensor<Double>(zeros: [5, 4])
    var mapGradient = Tensor<Double>(zeros: [3, 4])
    func value(
      _ points: Tensor<Double>, _ map: Tensor<Double>, _ gradient: inout Tensor<Double>,
      _ mapGradient: inout Tensor<Double>
    ) -> Double {
      let loss = MahalanobisTriplet(metric: MahalanobisMetric(map: map, power: power), margin: 50)
      var sink = gradient.mutableMatrix
      var mapSink = mapGradient.mutableMatrix
      return 0.5 * loss(points.matrix, triplets: triplets, weight: 0.5, embeddings: &sink, map: &mapSink)
    }
    _ = value(points, map, &gradient, &mapGradient)
    var (spare, mapSpare) = (gradient, mapGradient)
    let byPoint = centralDifferences(at: points) { value($0, map, &spare, &mapSpare) }
    let byMap = centralDifferences(at: map) { value(points, $0, &spare, &mapSpare) }
    #expect(largestDifference(gradient.array, byPoint) < 1e-7)
    #expect(largestDifference(mapGradient.array, byMap) < 1e-7)
  }
}
