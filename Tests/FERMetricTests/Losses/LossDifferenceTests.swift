import FERMetric
import Testing

@Suite struct LossDifferenceTests {
  /// Every legal pair of option values meets in at least one of the combinations.
  @Test func gradientsEqualDifferenceQuotients() throws {
    let cover = PairwiseCover(axes: LossCombination.axes) { LossCombination(row: $0).isLegal }
    var worst = 0.0
    for (seed, row) in cover.rows.enumerated() {
      let combination = LossCombination(row: row)
      let error = try LossDifferenceCheck(combination, seed: UInt64(seed)).largestError()
      #expect(error < 1e-7, "\(combination)")
      worst = max(worst, error)
    }
    #expect(cover.rows.count >= 60)
    print("difference quotients: \(cover.rows.count) combinations of options, largest error \(worst)")
  }
}
