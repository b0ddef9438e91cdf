import FERMetric
import Testing

/// Values and gradients against pytorch-metric-learning's automatic differentiation in double precision.
@Suite struct GoldenPairLossTests {
  private func compare<Scalar: TensorScalar>(_: Scalar.Type, within bound: Double) throws {
    let golden = try GoldenFile("Pairs/losses.safetensors")
    var compared = Set<String>()
    for entry in golden.names where entry.hasSuffix("/value") {
      let parts = entry.split(separator: "/").map(String.init)
      let (group, run) = (parts[0], parts[1])
      let batch: TensorBatch<Scalar> = try PairBatch.named(group, in: golden)
      let names = run.split(separator: "+").map(String.init)
      let isEmpty = run.hasSuffix("-none")
      let name = isEmpty ? String(run.dropLast(5)) : names[0]
      let miner: (any TupleMiner<Scalar>)? = names.count > 1 ? PairBatch.miner(names[1]) : nil
      #expect((miner != nil) == (names.count > 1))
      let chosen: (any PairwiseLoss<Scalar>)? = PairBatch.loss(name, miner: isEmpty ? NoTuples() : miner)
      let loss = try #require(chosen)
      compared.insert(name)
      let (report, gradients) = try PairBatch.run(loss, batch)
      func check(_ actual: Tensor<Scalar>?, _ part: String, floor: Double) throws {
        let actual = try #require(actual)
        let difference = relativeDifference(actual, try golden.tensor("\(group)/\(run)/\(part)"), floor: floor)
        #expect(difference <= bound, "\(group)/\(run)/\(part)")
      }
      try check(Tensor([report.value]), "value", floor: 1e-3)
      try check(gradients.embeddings, "dx", floor: group == "large" ? 1e-6 : 1e-2)
      if batch.references != nil { try check(gradients.references, "dy", floor: 1e-2) }
      #expect(Double(try PairBatch.value(loss, batch).value) == Double(report.value))
    }
    #expect(compared == Set(PairBatch.lossNames))
  }

  @Test func goldenInDouble() throws { try compare(Double.self, within: 1e-9) }
  @Test func goldenInFloat() throws { try compare(Float.self, within: 1e-5) }

  /// The triplets that a miner lists give what the pass without a list gives.
  @Test(arguments: TripletMarginMiner<Double>.Kind.allCases)
  func listsOfTripletsEqualIntervals(_ kind: TripletMarginMiner<Double>.Kind) throws {
    let batch: TensorBatch<Double> = PairBatch.random(samples: 14, dimension: 5, classes: 3, seed: 5)
    let miner = TripletMarginMiner<Double>(kind)
    for swap in [false, true] {
      for smooth in [false, true] {
        var walked = TripletMarginLoss<Double>(margin: 0.3, swap: swap, smooth: smooth, miner: miner)
        var listed = TripletMarginLoss<Double>(margin: 0.3, swap: swap, smooth: smooth)
        #expect(walked.miner == nil)
        let (value, gradients) = try walked(batch)
        var sinks = TensorGradients(zerosFor: batch)
        let other = try batch.withViews { views in
          try sinks.withViews { try listed(views, tuples: miner.mine(views), accumulatingInto: &$0) }
        }
        #expect(value.value.isApproximately(other.value, relative: 1e-12))
        #expect(largestDifference(gradients.embeddings!.array, sinks.embeddings!.array) < 1e-12)
      }
    }
  }
}

/// Chooses nothing.
private struct NoTuples<Scalar: TensorScalar>: TupleMiner {
  var distance: PairwiseDistance<Scalar> { .lp() }
  func mine(_ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>) -> IndexTuples { .none }
}
