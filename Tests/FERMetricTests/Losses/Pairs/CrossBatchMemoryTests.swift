import FERMetric
import Testing

@Suite struct CrossBatchMemoryTests {
  private func compare<Scalar: TensorScalar>(_: Scalar.Type, _ name: String, within bound: Double) throws {
    let golden = try GoldenFile("Pairs/memory.safetensors")
    let chosen: (any PairwiseLoss<Scalar>)? = PairBatch.loss(name)
    var memory = CrossBatchMemory<Scalar>(try #require(chosen), capacity: 50, dimension: 8)
    for step in 0..<5 {
      let batch: TensorBatch<Scalar> = try PairBatch.named("\(step)", in: golden)
      let before = try memory.value(for: batch)
      let (value, gradients) = try memory(batch)
      #expect(before == value)
      #expect(relativeDifference(Tensor([value.value]), try golden.tensor("\(step)/\(name)/value")) < bound)
      #expect(relativeDifference(gradients.embeddings!, try golden.tensor("\(step)/\(name)/dx")) < bound)
    }
    #expect(memory.count == 50)
    #expect(memory.contents.embeddings == (try golden.tensor("memory") as Tensor<Scalar>))
    #expect(memory.contents.labels == (try golden.integers("memory.labels")))
  }

  /// Five batches of 16 through a ring of 50, against pytorch-metric-learning: values, gradients and the ring.
  @Test(arguments: ["contrastive", "ntXent", "triplet"]) func golden(_ name: String) throws {
    try compare(Double.self, name, within: 1e-9)
    try compare(Float.self, name, within: 1e-5)
  }

  private func compareEdges<Scalar: TensorScalar>(_: Scalar.Type, _ group: String, within bound: Double) throws {
    let golden = try GoldenFile("Pairs/memory-edges.safetensors")
    let capacity = try golden.integers("\(group)/capacity")[0]
    let steps = golden.names.count { $0.hasPrefix("\(group)/") && $0.hasSuffix("/x") }
    let names = PairBatch.lossNames.filter { golden.names.contains("\(group)/0/\($0)/value") }
    let hasRaw = ["duplicates", "line", "large"].contains(group)
    #expect(steps >= 2 && names.count == (hasRaw ? 5 : 3))
    for name in names {
      let first: Tensor<Scalar> = try golden.tensor("\(group)/0/x")
      let chosen: (any PairwiseLoss<Scalar>)? = PairBatch.loss(name)
      var memory = CrossBatchMemory<Scalar>(try #require(chosen), capacity: capacity, dimension: first.shape[1])
      for step in 0..<steps {
        let batch: TensorBatch<Scalar> = try PairBatch.named("\(group)/\(step)", in: golden)
        let before = try memory.value(for: batch)
        let (report, gradients) = try memory(batch)
        #expect(before == report)
        func check(_ actual: Tensor<Scalar>, _ part: String, floor: Double) throws {
          let place = "\(group)/\(step)/\(name)/\(part)"
          let difference = relativeDifference(actual, try golden.tensor(place), floor: floor)
          #expect(difference <= bound, "\(place)")
        }
        try check(Tensor([report.value]), "value", floor: 1e-3)
        try check(try #require(gradients.embeddings), "dx", floor: group == "large" ? 1e-6 : 1e-3)
      }
      #expect(memory.contents.embeddings == (try golden.tensor("\(group)/memory") as Tensor<Scalar>))
      #expect(memory.contents.labels == (try golden.integers("\(group)/memory.labels")))
    }
  }

  /// Small rings that overflow, against pytorch-metric-learning, and the formulas where it cannot do a batch.
  @Test(arguments: [
    "skewed", "single", "oneClass", "duplicates", "lonely", "odd", "full", "line", "large",
  ])
  func goldenEdges(_ group: String) throws {
    try compareEdges(Double.self, group, within: 1e-9)
    try compareEdges(Float.self, group, within: 1e-5)
  }

  /// A memory that a checkpoint restores goes on as the one that was saved.
  @Test func stateIsComplete() throws {
    func batch(_ step: UInt64) -> TensorBatch<Float> {
      PairBatch.random(samples: 6, dimension: 3, classes: 3, seed: step)
    }
    var original = CrossBatchMemory<Float>(ContrastiveLoss(), capacity: 16, dimension: 3)
    for step in 0..<4 { _ = try original(batch(UInt64(step))) }
    var saved: [String: MetricState<Float>] = [:]
    original.visitState { name, state in saved[name] = state }
    #expect(saved.keys.sorted() == ["labels", "memory", "ring"])
    var restored = CrossBatchMemory<Float>(ContrastiveLoss(), capacity: 16, dimension: 3)
    restored.visitState { name, state in state = saved[name]! }
    let (a, b) = (try original(batch(9)), try restored(batch(9)))
    #expect(a.value == b.value)
    #expect(a.gradients.embeddings == b.gradients.embeddings)
  }

  /// Rows in another order take other places in the ring, and give the same value, and the gradients in that order.
  @Test func orderDoesNotMatter() throws {
    func batch(_ step: UInt64) -> TensorBatch<Double> {
      PairBatch.random(samples: 8, dimension: 4, classes: 3, seed: step)
    }
    let order = [4, 0, 7, 2, 1, 3, 6, 5]
    for name in PairBatch.lossNames where !["triplet.swap", "triplet.cosine.sum"].contains(name) {
      let chosen: (any PairwiseLoss<Double>)? = PairBatch.loss(name)
      var memory = CrossBatchMemory<Double>(try #require(chosen), capacity: 20, dimension: 4)
      for step in 0..<2 { _ = try memory(batch(UInt64(step))) }
      var other = memory
      // Of 24 samples the first four are forgotten.
      let (value, gradients) = try memory(batch(2))
      let (permuted, moved) = try other(batch(2).rows(order))
      #expect(memory.count == 20 && memory.contents.labels != other.contents.labels)
      #expect(value.value >= 0 && value.value.isApproximately(permuted.value, relative: 1e-12), "\(name)")
      let expected = order.flatMap { gradients.embeddings!.array[$0 * 4..<$0 * 4 + 4] }
      #expect(largestDifference(moved.embeddings!.array, expected) < 1e-11, "\(name)")
    }
  }

  /// A sample is no pair with its own copy, and what is not finite is not remembered.
  @Test func firstBatchComparesWithItself() throws {
    let batch: TensorBatch<Double> = PairBatch.random(samples: 8, dimension: 4, classes: 2, seed: 2)
    var memory = CrossBatchMemory<Double>(NTXentLoss(nonFinite: .lenient), capacity: 20, dimension: 4)
    let plain = NTXentLoss<Double>()
    #expect(try memory(batch).value.value.isApproximately(plain.value(for: batch).value, relative: 1e-12))
    var damaged = batch
    damaged.embeddings[3, 1] = .nan
    _ = try memory(damaged)
    #expect(memory.count == 15)
    #expect(memory.contents.embeddings.isFinite)
  }
}
