import FERModels
import Testing

@Suite struct BinomialIntervalTests {
  /// The values are those of scipy.stats.binomtest(k, n).proportion_ci(method="wilson").
  @Test(arguments: [
    (560, 700, 0.768_766_422_4, 0.827_958_868_9), (0, 10, 0, 0.277_532_799_863), (10, 10, 0.722_467_200_137, 1),
  ])
  func agreesWithScipy(successes: Int, trials: Int, lower: Double, upper: Double) {
    let interval = BinomialInterval(successes: successes, trials: trials)
    #expect(abs(interval.lowerBound - lower) < 1e-9)
    #expect(abs(interval.upperBound - upper) < 1e-9)
    #expect(interval.share == Double(successes) / Double(trials))
  }

  @Test func detectableDifferenceShrinksWithTheRoot() {
    let few = BinomialInterval.detectableDifference(share: 0.8, trials: 700)
    let many = BinomialInterval.detectableDifference(share: 0.8, trials: 2800)
    #expect(abs(few / many - 2) < 1e-12)
    #expect(abs(few - 0.041_905_7) < 1e-6)
  }
}
