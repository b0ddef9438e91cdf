import Testing

@testable import FERModels

@Suite struct EpochStatisticsTests {
  @Test func weighsStepsByTheirPictures() {
    var statistics = EpochStatistics()
    statistics.add(objective: 2, crossEntropy: 1, metricLoss: 10, correct: 1, count: 3)
    statistics.add(objective: 6, crossEntropy: 5, metricLoss: 10, correct: 1, count: 1)
    #expect(statistics.training.loss == 3)
    #expect(statistics.training.crossEntropy == 2)
    #expect(statistics.training.metricLoss == nil)
    #expect(statistics.training.accuracy == 0.5)
    #expect(statistics.metric == nil)
  }

  @Test func describesWeightsMarginsAndHinges() throws {
    var statistics = EpochStatistics()
    statistics.add(objective: 1, crossEntropy: 1, metricLoss: 4, correct: 0, count: 4)
    statistics.addHinges(activeFraction: 0.75, count: 4)
    statistics.addInclusion(([0.25, 0.75, 0.5, 0.5] as [Float]).span)
    for (margin, entropy) in [(1.0, 0.1), (2, 0.2), (3, 0.4), (6, 0.3)] {
      statistics.add(margin: margin, crossEntropy: entropy)
    }
    let metric = try #require(statistics.metric)
    #expect(metric.inclusionMean == 0.5)
    #expect(abs(try #require(metric.inclusionDeviation) - 0.125.squareRoot() / 2) < 1e-15)
    #expect(metric.marginMean == 3)
    #expect(abs(try #require(metric.marginDeviation) - 3.5.squareRoot()) < 1e-15)
    #expect(metric.inactiveHinges == 0.25)
    #expect(abs(try #require(metric.marginCrossEntropyCorrelation) - 0.8) < 1e-12)
    #expect(statistics.training.metricLoss == 4)
  }
}
