import FERMetric
import Testing

@Suite struct TupleMinerTests {
  /// The sets of tuples are those of pytorch-metric-learning.
  @Test func setsEqualThePeers() throws {
    let batches = try GoldenFile("Pairs/losses.safetensors")
    let golden = try GoldenFile("Pairs/miners.safetensors")
    var compared = Set<String>()
    for entry in golden.names where !entry.hasSuffix("/negatives") {
      let parts = entry.split(separator: "/").map(String.init)
      let (group, name) = (parts[0], parts[1])
      let batch: TensorBatch<Double> = try PairBatch.named(group, in: batches)
      let chosen: (any TupleMiner<Double>)? = PairBatch.miner(name)
      let mined = try #require(chosen).mine(batch)
      compared.insert(name)
      switch mined {
      case .triplets(let triplets):
        let numbers = try golden.integers("\(group)/\(name)/triplets")
        let expected = stride(from: 0, to: numbers.count, by: 3).map {
          SampleTriplet(anchor: numbers[$0], positive: numbers[$0 + 1], negative: numbers[$0 + 2])
        }
        #expect(Set(triplets) == Set(expected) && triplets.count == expected.count, "\(group)/\(name)")
      case .pairs(let positives, let negatives):
        func pairs(_ part: String) throws -> [IndexPair] {
          let numbers = try golden.integers("\(group)/\(name)/\(part)")
          return stride(from: 0, to: numbers.count, by: 2).map { IndexPair(numbers[$0], numbers[$0 + 1]) }
        }
        let (near, far) = (try pairs("positives"), try pairs("negatives"))
        #expect(Set(positives) == Set(near) && positives.count == near.count, "\(group)/\(name)")
        #expect(Set(negatives) == Set(far) && negatives.count == far.count, "\(group)/\(name)")
      }
    }
    #expect(compared.count == 11)
  }

  /// Samples that take no part are in no tuple, and indices stay those of the batch.
  @Test func absentSamplesAreInNoTuple() {
    var batch: TensorBatch<Double> = PairBatch.random(samples: 8, dimension: 3, classes: 2, seed: 6)
    batch.included = [true, true, false, true, true, true, true, true]
    batch.embeddings[5, 0] = .nan
    guard case .triplets(let triplets) = BatchHardMiner<Double>().mine(batch) else {
      Issue.record("batch-hard mining gives triplets")
      return
    }
    #expect(triplets.map(\.anchor) == [0, 1, 3, 4, 6, 7])
    let used = Set(triplets.flatMap { [$0.positive, $0.negative] })
    #expect(used.isDisjoint(with: [2, 5]))
  }
}
