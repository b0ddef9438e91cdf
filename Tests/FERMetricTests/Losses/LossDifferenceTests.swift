import FERMetric
import Testing

@Suite struct LossDifferenceTests {
  /// Every legal pair of option values meets in at least one of the combinations.
  @Test func gradientsEqualDifferenceQuotients() throws {
    let cover = PairwiseCover(axes: LossCombination.axes) { LossCombination(row: $0).isLegal }
    var worst = 0.0
    var activeRows = 0
    for (seed, row) in cover.rows.enumerated() {
      let combination = LossCombination(row: row)
      let result = try LossDifferenceCheck(combination, seed: UInt64(seed)).run()
      #expect(result.largestError < 1e-7, "\(combination)")
      worst = max(worst, result.largestError)
      activeRows += result.activeSamples > 0 ? 1 : 0
    }
    #expect(cover.rows.count >= 60)
    #expect(5 * activeRows >= 4 * cover.rows.count, "\(activeRows) combinations have a gradient to check")
    print(
      "difference quotients: \(cover.rows.count) combinations of options, \(activeRows) with a gradient, "
        + "largest error \(worst)")
  }
}
