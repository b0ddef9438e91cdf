import FERMetric
import Testing

@Suite struct SampleTripletTests {
  @Test func theFarthestPositiveAndTheNearestNegative() {
    let points = Tensor<Float>([0, 1, 5, 2, 9], shape: [5, 1])
    #expect(
      SampleTriplet.hardest(among: points.matrix, labels: [0, 0, 0, 1, 1]) == [
        SampleTriplet(anchor: 0, positive: 2, negative: 3), SampleTriplet(anchor: 1, positive: 2, negative: 3),
        SampleTriplet(anchor: 2, positive: 0, negative: 3), SampleTriplet(anchor: 3, positive: 4, negative: 1),
        SampleTriplet(anchor: 4, positive: 3, negative: 2),
      ])
  }

  @Test func theFirstAmongEquals() {
    let points = Tensor<Double>(zeros: [6, 3])
    #expect(
      SampleTriplet.hardest(among: points.matrix, labels: [2, 2, 2, 7, 7, 7]).map { [$0.positive, $0.negative] }
        == [[1, 3], [0, 3], [0, 3], [4, 0], [3, 0], [3, 0]])
  }

  @Test func anchorsWithoutPartnersHaveNone() {
    let points = Tensor<Double>([1, 2, 3], shape: [3, 1])
    #expect(SampleTriplet.hardest(among: points.matrix, labels: [0, 1, 2]).isEmpty)
    #expect(SampleTriplet.hardest(among: points.matrix, labels: [4, 4, 4]).isEmpty)
    #expect(SampleTriplet.hardest(among: points.matrix, labels: [4, 4, 1]).map(\.anchor) == [0, 1])
    #expect(SampleTriplet.hardest(among: Tensor<Float>(zeros: [0, 3]).matrix, labels: []).isEmpty)
    #expect(SampleTriplet.hardest(among: Tensor<Float>(zeros: [1, 0]).matrix, labels: [0]).isEmpty)
  }

  @Test func equalsTheObviousSearch() {
    var generator = SeededGenerator(seed: 31)
    let points = Tensor<Double>.normal([40, 7], &generator)
    let labels = (0..<40).map { _ in generator.next(below: 5) }
    func distance(_ i: Int, _ k: Int) -> Double {
      (0..<7).reduce(0) { $0 + (points[i, $1] - points[k, $1]) * (points[i, $1] - points[k, $1]) }
    }
    let expected = (0..<40).compactMap { i -> SampleTriplet? in
      let same = (0..<40).filter { $0 != i && labels[$0] == labels[i] }
      let other = (0..<40).filter { labels[$0] != labels[i] }
      guard let positive = same.max(by: { distance(i, $0) < distance(i, $1) }),
        let negative = other.min(by: { distance(i, $0) < distance(i, $1) })
      else { return nil }
      return SampleTriplet(anchor: i, positive: positive, negative: negative)
    }
    #expect(SampleTriplet.hardest(among: points.matrix, labels: labels) == expected)
  }
}
