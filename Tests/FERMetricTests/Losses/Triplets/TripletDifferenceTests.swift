import FERMetric
import Testing

/// Gradients against central differences in double precision.
@Suite struct TripletDifferenceTests {
  private static func batch(seed: UInt64) -> TensorBatch<Double> {
    var generator = SeededGenerator(seed: 71, stream: seed)
    return TensorBatch(
      embeddings: .normal([9, 5], &generator), labels: [0, 1, 0, 2, 1, 2, 0, 1, 2],
      identities: (0..<9).map { _ in generator.next(below: 3) }, references: .normal([6, 5], &generator),
      referenceLabels: [0, 1, 2, 0, 1, 2])
  }

  // Statistics of the others move with the embeddings, and are constants for the gradient: see below.
  @Test(arguments: TripletCases.names.filter { $0 != "hierarchical" && !$0.hasPrefix("classPair") })
  func gradientsMatchDifferences(_ name: String) throws {
    var activeRows = 0
    for seed in 0..<3 as Range<UInt64> {
      let batch = Self.batch(seed: seed)
      let loss = try #require(TripletCases.loss(name, Double.self, dimension: 5))
      var trained = loss
      let gradients = try trained(batch, weight: 0.7).gradients
      let byEmbeddings = try centralDifferences(at: batch.embeddings) { x in
        var moved = batch
        moved.embeddings = x
        return try 0.7 * loss.value(for: moved).value
      }
      let actual = try #require(gradients.embeddings).array
      activeRows += actual.count { $0 != 0 }
      // The lossless form is steep where a negative is near.
      let bound = 1e-7 * max(1, actual.reduce(0) { max($0, $1.magnitude) })
      #expect(largestDifference(actual, byEmbeddings) < bound, "seed \(seed)")
      let byReferences = try centralDifferences(at: #require(batch.references)) { references in
        var moved = batch
        moved.references = references
        return try 0.7 * loss.value(for: moved).value
      }
      #expect(largestDifference(try #require(gradients.references).array, byReferences) < 1e-7)
    }
    #expect(activeRows > 0)
  }

  /// A drawn half of the candidates, of so few samples that derivatives are a matrix.
  @Test func distillationOfDrawnCandidates() throws {
    var generator = SeededGenerator(seed: 72)
    let batch = TensorBatch<Double>(
      embeddings: .normal([6, 5], &generator), labels: [0, 1, 0, 1, 2, 2], references: .normal([6, 5], &generator),
      referenceLabels: [0, 1, 2, 0, 1, 2])
    var active = 0
    for seed in 0..<4 as Range<UInt64> {
      let loss = DistillationTripletLoss<Double>(
        margin: 1, candidateShare: 0.5, seed: seed, distance: TripletDistance(.root))
      var trained = loss
      let gradients = try trained(batch).gradients
      let quotients = try centralDifferences(at: batch.embeddings) { x in
        var moved = batch
        moved.embeddings = x
        return try loss.value(for: moved).value
      }
      let actual = try #require(gradients.embeddings).array
      active += actual.count { $0 != 0 }
      #expect(largestDifference(actual, quotients) < 1e-7, "seed \(seed)")
    }
    #expect(active > 0)
  }

  /// With a record of much weight the tree does not follow the batch.
  @Test func hierarchicalGradientAtAFixedTree() throws {
    let batch = Self.batch(seed: 5)
    var loss = HierarchicalTripletLoss<Double>(classes: 3)
    loss.refresh(embeddings: batch.embeddings.matrix, labels: batch.labels.span)
    loss.observes = false
    let gradient = try #require(try loss(batch).gradients.embeddings)
    let quotients = try centralDifferences(at: batch.embeddings) { x in
      var moved = batch
      moved.embeddings = x
      return try loss.value(for: moved).value
    }
    #expect(largestDifference(gradient.array, quotients) < 1e-7)
    #expect(gradient.norm() > 0.01)
  }

  @Test func classPairGradientWithoutOutliers() throws {
    let batch = Self.batch(seed: 6)
    var loss = ClassPairTripletLoss<Double>(classes: 3, margin: 0.8, outliers: .keep)
    let before = loss
    let gradient = try #require(try loss(batch).gradients.embeddings)
    let quotients = try centralDifferences(at: batch.embeddings) { x in
      var moved = batch
      moved.embeddings = x
      return try before.value(for: moved).value
    }
    #expect(largestDifference(gradient.array, quotients) < 1e-7)
    #expect(gradient.norm() > 0.01)
  }
}
