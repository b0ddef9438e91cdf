import FERMetric
import Testing

@Suite struct CrossBatchMemoryTests {
  /// Five batches of 16 through a ring of 50, against pytorch-metric-learning: values, gradients and the ring.
  @Test(arguments: ["contrastive", "ntXent", "triplet"]) func golden(_ name: String) throws {
    let golden = try GoldenFile("Pairs/memory.safetensors")
    let chosen: (any PairwiseLoss<Double>)? = PairBatch.loss(name)
    var memory = CrossBatchMemory<Double>(try #require(chosen), capacity: 50, dimension: 8)
    for step in 0..<5 {
      let batch = TensorBatch<Double>(
        embeddings: try golden.tensor("\(step)/x"), labels: try golden.integers("\(step)/labels"))
      let before = try memory.value(for: batch)
      let (value, gradients) = try memory(batch)
      #expect(before == value)
      #expect(relativeDifference(Tensor([value.value]), try golden.tensor("\(step)/\(name)/value")) < 1e-9)
      #expect(relativeDifference(gradients.embeddings!, try golden.tensor("\(step)/\(name)/dx")) < 1e-9)
    }
    #expect(memory.count == 50)
    #expect(memory.contents.embeddings == (try golden.tensor("memory") as Tensor<Double>))
    #expect(memory.contents.labels == (try golden.integers("memory.labels")))
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
