import FERMetric
import Testing

#if !DEBUG
  /// Batches of 4,096, whose losses and gradients are known.
  @Suite struct LargeTripletBatchTests {
    /// Copies of a small batch have its hardest triplets: the value stays, and the copies of a sample share its gradient.
    @Test(arguments: ["batchHard", "softMargin", "chiSquared.prefer", "multiThreshold", "fiveTuplet"])
    func copiesShareTheGradient(_ name: String) throws {
      var generator = SeededGenerator(seed: 75)
      let batch = TensorBatch<Float>(
        embeddings: .normal([64, 8], &generator), labels: (0..<64).map { $0 % 7 },
        identities: (0..<64).map { $0 % 9 })
      var (small, large) = (
        try #require(TripletCases.loss(name, Float.self, dimension: 8)),
        try #require(TripletCases.loss(name, Float.self, dimension: 8))
      )
      let (value, gradients) = try small(batch)
      let (copied, shared) = try large(batch.copied(64))
      #expect(value.value > 0 && copied.value.isApproximately(value.value, relative: 1e-5))
      #expect(copied.validCount == 64 * value.validCount)
      let expected = try #require(gradients.embeddings).array.map { Double($0) }
      let sums = try #require(shared.embeddings).summedOverCopies(64)
      #expect(relativeDifference(sums, expected) < 1e-4)
    }

    /// Four classes at right angles, at the squared distance 2: they merge at 2¼, the first level beyond, so that every
    /// triplet has the margin 0.1 + 2¼ and the loss ½·(2.35 − 2).
    @Test func hierarchicalIsItsFormula() throws {
      let space = OrthogonalClasses(classes: 4, samples: 4096)
      var loss = HierarchicalTripletLoss<Float>(classes: 4)
      let (value, gradients) = try loss(space.batch())
      #expect(loss.hierarchy.mergeDistance(0, 3) == 2.25)
      #expect(value.value.isApproximately(0.175, relative: 1e-5) && value.validCount == 4096)
      // A cosine less is 2 of squared distance more. Each negative pair has a share in both of its orders.
      let slope = 2 * space.size * 2 / (2 * 4096 * space.negatives)
      #expect(relativeDifference(try #require(gradients.embeddings), space.gradient(slope: slope), floor: 0) < 1e-4)
    }
  }
#endif
