import Testing

@testable import FERModels

@Suite struct EpochPlanTests {
  @Test func showsEveryPictureOnce() {
    let plan = EpochPlan(sampleCount: 101, batchSize: 16, seed: 3, epoch: 2)
    #expect(plan.order.sorted() == Array(0..<101))
    #expect(plan.batches.flatMap { Array($0) } == Array(0..<101))
  }

  @Test func isAFunctionOfSeedAndEpoch() {
    func order(_ seed: UInt64, _ epoch: Int) -> [Int] {
      EpochPlan(sampleCount: 50, batchSize: 8, seed: seed, epoch: epoch).order
    }
    #expect(order(1, 4) == order(1, 4))
    #expect(order(1, 4) != order(1, 5))
    #expect(order(1, 4) != order(2, 4))
  }

  @Test func joinsALastBatchOfOne() {
    #expect(EpochPlan.batches(of: 33, size: 16) == [0..<16, 16..<33])
    #expect(EpochPlan.batches(of: 34, size: 16) == [0..<16, 16..<32, 32..<34])
    #expect(EpochPlan.batches(of: 32, size: 16) == [0..<16, 16..<32])
    #expect(EpochPlan.batches(of: 1, size: 16) == [0..<1])
    #expect(EpochPlan.batches(of: 3, size: 1) == [0..<1, 1..<2, 2..<3])
    for count in 1...50 {
      #expect(EpochPlan.batches(of: count, size: 16).allSatisfy { $0.count <= EpochPlan.largestBatch(ofSize: 16) })
    }
  }
}
