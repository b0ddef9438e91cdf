import FERMetric
import Testing

@Suite struct HighWeightSelectionTests {
  @Test func topRatioTakesTheLargestAndTheFirstAmongEquals() {
    let weights: [Float] = [0.2, 0.9, 0.5, 0.5, .nan, 0.5]
    #expect(HighWeightSelection.topRatio(0.5).indices(of: weights.span) == [1, 2, 3])
    #expect(HighWeightSelection.topRatio(0.34).indices(of: weights.span) == [1, 2])
    #expect(HighWeightSelection.topRatio(1).indices(of: weights.span) == [0, 1, 2, 3, 5])
    #expect(HighWeightSelection.topRatio(0).indices(of: weights.span).isEmpty)
    #expect(HighWeightSelection.threshold(0.5).indices(of: weights.span) == [1, 2, 3, 5])
  }
}
