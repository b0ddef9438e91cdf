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
      // With the swap, anchor and positive that are equal tie for the nearer negative. In single precision the last bit of
      // a sum decides which of the two gets the gradient; what both get together is determined.
      let ties = group == "twins" && Scalar.self == Float.self && ["triplet.swap", "triplet.cosine.sum"].contains(name)
      func check(_ actual: Tensor<Scalar>?, _ part: String, floor: Double) throws {
        var actual = try #require(actual)
        var expected: Tensor<Double> = try golden.tensor("\(group)/\(run)/\(part)")
        if ties && part == "dx" {
          actual = actual.addingEqualRows(of: batch.embeddings)
          expected = expected.addingEqualRows(of: batch.embeddings)
        }
        let difference = relativeDifference(actual, expected, floor: floor)
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

  /// What a miner within the loss counts, or tests by a distance of its own, gives what its list gives.
  @Test(arguments: PairBatch.gapMinerNames) func minersWithoutListsEqualTheirLists(_ mined: String) throws {
    var batch: TensorBatch<Double> = PairBatch.random(samples: 15, dimension: 4, classes: 3, seed: 21)
    for j in 0..<4 {
      (batch.embeddings[3, j], batch.embeddings[4, j]) = (batch.embeddings[0, j], batch.embeddings[1, j])
    }
    let chosen: (any TupleMiner<Double>)? = PairBatch.miner(mined)
    let miner = try #require(chosen)
    for hasReferences in [false, true] {
      if hasReferences {
        let other: TensorBatch<Double> = PairBatch.random(samples: 12, dimension: 4, classes: 4, seed: 22)
        (batch.references, batch.referenceLabels) = (other.embeddings, other.labels)
      }
      let tuples = miner.mine(batch)
      #expect(!tuples.isEmpty)
      for name in PairBatch.lossNames where !hasReferences || !["triplet.swap", "triplet.cosine.sum"].contains(name) {
        let within: (any PairwiseLoss<Double>)? = PairBatch.loss(name, miner: miner)
        let without: (any PairwiseLoss<Double>)? = PairBatch.loss(name)
        let (value, gradients) = try PairBatch.run(try #require(within), batch)
        let (expected, others) = try PairBatch.run(try #require(without), batch, tuples: tuples)
        if name.hasPrefix("triplet") {
          #expect(value.value.isApproximately(expected.value, relative: 1e-12), "\(name)")
          #expect(largestDifference(gradients.embeddings!.array, others.embeddings!.array) < 1e-11, "\(name)")
        } else {
          #expect(value == expected && gradients.embeddings == others.embeddings, "\(name)")
          #expect(gradients.references == others.references, "\(name)")
        }
      }
    }
  }
}

extension Tensor {
  /// Each row with the rows of the same index as those that are equal in another matrix added to it.
  fileprivate func addingEqualRows<Other>(of other: Tensor<Other>) -> Tensor {
    func row<S>(_ i: Int, of tensor: Tensor<S>) -> ArraySlice<S> {
      let width = tensor.count / tensor.shape[0]
      return tensor.array[i * width..<(i + 1) * width]
    }
    let sums = (0..<shape[0]).flatMap { i in
      (0..<shape[0]).filter { row($0, of: other) == row(i, of: other) }
        .reduce([Scalar](repeating: 0, count: count / shape[0])) { sum, k in zip(sum, row(k, of: self)).map { $0 + $1 }
        }
    }
    return Tensor(sums, shape: shape)
  }
}

/// Chooses nothing.
private struct NoTuples<Scalar: TensorScalar>: TupleMiner {
  var distance: PairwiseDistance<Scalar> { .lp() }
  func mine(_ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>) -> IndexTuples { .none }
}
