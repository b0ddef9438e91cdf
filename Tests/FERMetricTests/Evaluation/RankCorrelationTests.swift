import FERModels
import Testing

@Suite struct RankCorrelationTests {
  /// The values are those of scipy.stats.spearmanr.
  @Test func agreesWithScipy() throws {
    let x = [1.0, 2, 2, 3, 5, 4]
    let y = [2.0, 1, 4, 4, 9, 5]
    let correlation = try #require(rankCorrelation(x, y))
    #expect(abs(correlation - 0.867_647_058_823_529_4) < 1e-12)
    #expect(try #require(rankCorrelation([1, 2, 3], [30, 20, 10])) == -1)
  }

  @Test func hasNoValueWithoutVariation() {
    #expect(rankCorrelation([1, 1, 1], [1, 2, 3]) == nil)
    #expect(rankCorrelation([1], [1]) == nil)
    #expect(rankCorrelation([1, .nan], [1, 2]) == nil)
  }
}
