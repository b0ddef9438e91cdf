import FERMetric
import Testing

/// Gradients by difference quotients, and what holds for every pair loss.
@Suite struct PairLossTests {
  private func loss(_ name: String) throws -> any PairwiseLoss<Double> {
    let loss: (any PairwiseLoss<Double>)? = PairBatch.loss(name)
    return try #require(loss)
  }

  /// Circle's paces, which are constants for its gradient, are held.
  @Test func gradientsEqualDifferenceQuotients() throws {
    for (seed, name) in PairBatch.lossNames.enumerated() {
      let loss = try loss(name)
      for hasReferences in [false, true] where !hasReferences || !name.contains("swap") && name != "triplet.cosine.sum"
      {
        var batch: TensorBatch<Double> = PairBatch.random(samples: 7, dimension: 4, classes: 3, seed: UInt64(seed))
        if hasReferences {
          let other: TensorBatch<Double> = PairBatch.random(samples: 5, dimension: 4, classes: 3, seed: 99)
          (batch.references, batch.referenceLabels) = (other.embeddings, other.labels)
        }
        let value = PairBatch.valueHoldingConstants(of: loss, near: batch)
        #expect(try value(batch).isApproximately(PairBatch.value(loss, batch).value, relative: 1e-10), "\(name)")
        let gradients = try PairBatch.run(loss, batch, weight: 0.7).gradients
        let byEmbedding = try centralDifferences(at: batch.embeddings) { x in
          var moved = batch
          moved.embeddings = x
          return 0.7 * (try value(moved))
        }
        #expect(largestDifference(gradients.embeddings!.array, byEmbedding) < 1e-6, "\(name)")
        #expect(byEmbedding.contains { $0.magnitude > 1e-3 }, "\(name) has a gradient to check")
        guard let references = batch.references else { continue }
        let byReference = try centralDifferences(at: references) { y in
          var moved = batch
          moved.references = y
          return 0.7 * (try value(moved))
        }
        #expect(largestDifference(gradients.references!.array, byReference) < 1e-6, "\(name)")
      }
    }
  }

  /// The circle loss for one anchor by hand: one positive at cosine 0.6, one negative at 0.
  @Test func circleByHand() throws {
    let (m, gamma) = (0.4, 2.0)
    let batch = TensorBatch<Double>(
      embeddings: Tensor([1, 0], shape: [1, 2]), labels: [0], references: Tensor([0.6, 0.8, 0, 1], shape: [2, 2]),
      referenceLabels: [0, 1])
    var loss = CircleLoss<Double>(relaxation: m, scale: gamma)
    let (value, gradients) = try loss(batch)
    let near = -gamma * (1 + m - 0.6) * (0.6 - 1 + m)
    let far = gamma * m * (0 - m)
    let total = Double.logarithm(onePlus: Double.exponential(near + far))
    let q = 1 - Double.exponential(-total)
    #expect(value.value.isApproximately(total, relative: 1e-12))
    // By the cosines: −q·γ·0.8 and q·γ·0.4; the anchor's second coordinate is tangential.
    #expect((gradients.embeddings![0, 1] - (q * gamma * (0.4 - 0.8 * 0.8))).magnitude < 1e-12)
    #expect(gradients.embeddings![0, 0].magnitude < 1e-12)
  }

  /// Rows in another order give the same value, and the gradients in that order.
  @Test func permutation() throws {
    for name in PairBatch.lossNames {
      let loss = try loss(name)
      let batch: TensorBatch<Double> = PairBatch.random(samples: 11, dimension: 6, classes: 3, seed: 8)
      let order = [4, 0, 10, 7, 2, 9, 1, 3, 8, 6, 5]
      let moved = TensorBatch<Double>(
        embeddings: Tensor(order.flatMap { batch.embeddings.array[$0 * 6..<$0 * 6 + 6] }, shape: [11, 6]),
        labels: order.map { batch.labels[$0] })
      let (value, gradients) = try PairBatch.run(loss, batch)
      let (other, movedGradients) = try PairBatch.run(loss, moved)
      #expect(value.value.isApproximately(other.value, relative: 1e-12), "\(name)")
      #expect(value.value >= 0)
      let expected = order.flatMap { gradients.embeddings!.array[$0 * 6..<$0 * 6 + 6] }
      #expect(largestDifference(movedGradients.embeddings!.array, expected) < 1e-11, "\(name)")
    }
  }

  private func expectCopiesToShare(_ loss: any PairwiseLoss<Double>, factor: Double, _ name: String) throws {
    let batch: TensorBatch<Double> = PairBatch.random(samples: 11, dimension: 6, classes: 3, seed: 8)
    let (value, gradients) = try PairBatch.run(loss, batch)
    let (copied, shared) = try PairBatch.run(loss, batch.copied(2))
    #expect(value.value > 0 && copied.value.isApproximately(factor * value.value, relative: 1e-12), "\(name)")
    let expected = gradients.embeddings!.array.map { factor * $0 }
    #expect(largestDifference(shared.embeddings!.summedOverCopies(2), expected) < 1e-11, "\(name)")
  }

  /// Pairs of copies are at 0, where the contrastive loss is 0, and so is the triplet loss of a copy as the positive, since
  /// no negative lies within the margin. A sum counts every pair four times.
  @Test func pairsOfCopiesHaveNoLoss() throws {
    for name in ["contrastive", "contrastive.cosine.sum", "triplet", "triplet.swap"] {
      try expectCopiesToShare(loss(name), factor: name.hasSuffix(".sum") ? 4 : 1, name)
    }
  }

  /// With one positive and one negative for each anchor no loss sees copies, except that a sum has twice the anchors.
  @Test func copiesOfHardestPairsShareTheGradient() throws {
    for name in PairBatch.lossNames {
      let mined: (any PairwiseLoss<Double>)? = PairBatch.loss(name, miner: BatchHardMiner<Double>())
      try expectCopiesToShare(try #require(mined), factor: name.hasSuffix(".sum") ? 2 : 1, name)
    }
  }

  /// A sample that takes no part, or is not finite under the lenient policy, is absent to the bit.
  @Test func absentSamplesAreAbsent() throws {
    let kept: TensorBatch<Float> = PairBatch.random(samples: 9, dimension: 6, classes: 3, seed: 12)
    var full = kept
    full.embeddings = Tensor(
      Array(kept.embeddings.array.prefix(24)) + [1, 2, .nan, 3, 4, 5] + kept.embeddings.array.dropFirst(24),
      shape: [10, 6])
    full.labels.insert(1, at: 4)
    var excluded = full
    excluded.included = (0..<10).map { $0 != 4 }
    for name in PairBatch.lossNames {
      let strict: (any PairwiseLoss<Float>)? = PairBatch.loss(name)
      let (value, gradients) = try PairBatch.run(try #require(strict), kept)
      let (other, fullGradients) = try PairBatch.run(try #require(strict), excluded)
      #expect(value == other, "\(name)")
      let rows = fullGradients.embeddings!.array
      #expect(Array(rows.prefix(24)) + rows.dropFirst(30) == gradients.embeddings!.array, "\(name)")
      #expect(rows[24..<30].allSatisfy { $0 == 0 })
      #expect(throws: MetricError.nonFinite(.embeddings, row: 4, column: 2)) {
        try PairBatch.run(try #require(strict), full)
      }
    }
    var lenient = SupConLoss<Float>(nonFinite: .lenient)
    var same = SupConLoss<Float>()
    #expect(try lenient(full).value == same(kept).value)
  }

  @Test func referencesHaveToBeFinite() throws {
    var batch: TensorBatch<Double> = PairBatch.random(samples: 3, dimension: 2, classes: 2, seed: 1)
    (batch.references, batch.referenceLabels) = (Tensor([0, 1, .infinity, 2], shape: [2, 2]), [0, 1])
    let loss = ContrastiveLoss<Double>()
    #expect(throws: MetricError.nonFinite(.references, row: 1, column: 0)) { try loss.value(for: batch) }
  }

  /// Where every constraint holds with room to spare there is no loss and no gradient at all.
  @Test func satisfiedConstraintsHaveNoGradient() throws {
    let batch = TensorBatch<Double>(
      embeddings: Tensor([1, 0, 1, 0.001, -1, 0, -1, 0.001], shape: [4, 2]), labels: [0, 0, 1, 1])
    let losses: [any PairwiseLoss<Double>] = [
      ContrastiveLoss(positiveMargin: 0.1), TripletMarginLoss(), TripletMarginLoss(swap: true),
    ]
    for loss in losses {
      let (value, gradients) = try PairBatch.run(loss, batch)
      #expect(value.value == 0 && value.activeFraction == 0 && value.validCount == 4)
      #expect(gradients.embeddings!.array.allSatisfy { $0 == 0 })
    }
  }

  /// Nothing overflows for coordinates up to 10⁴, on any side of the losses' exponents.
  @Test func extremesStayFinite() throws {
    let batch = TensorBatch<Float>(
      embeddings: Tensor([1e4, -1e4, 1e4, 1e4, -1e4, 1e4, 0, 0, 1e-4, 0, 1e4, 1e4], shape: [6, 2]),
      labels: [0, 1, 0, 1, 0, 1])
    let raw: [any PairwiseLoss<Float>] = [
      MultiSimilarityLoss(distance: .dotProduct(normalized: false)),
      NTXentLoss(distance: .dotProduct(normalized: false)), SupConLoss(distance: .squaredEuclidean),
      TripletMarginLoss(smooth: true, distance: .squaredEuclidean),
      ContrastiveLoss(distance: .lp(3, normalized: false)),
    ]
    for loss in try PairBatch.lossNames.map({ try #require(PairBatch.loss($0) as (any PairwiseLoss<Float>)?) }) + raw {
      let (value, gradients) = try PairBatch.run(loss, batch)
      #expect(value.value.isFinite && gradients.embeddings!.isFinite)
    }
  }

  /// A batch of 4,096 needs room for pairs, never for triplets.
  @Test func largeBatches() throws {
    let batch: TensorBatch<Float> = PairBatch.random(samples: 4096, dimension: 2, classes: 1024, seed: 3)
    var loss = TripletMarginLoss<Float>()
    let (value, gradients) = try loss(batch)
    #expect(value.value > 0 && gradients.embeddings!.isFinite)
    var other = NTXentLoss<Float>()
    let entropy = try other(batch)
    #expect(entropy.value.value > 0 && entropy.gradients.embeddings!.isFinite)
  }
}

extension PairBatch {
  /// The value of any pair loss.
  static func value<Scalar: TensorScalar>(
    _ loss: any PairwiseLoss<Scalar>, _ batch: TensorBatch<Scalar>
  ) throws -> LossValue<Scalar> {
    try loss.value(for: batch)
  }

  /// The value of any pair loss as a function of its batch, near one batch; circle's paces are held.
  static func valueHoldingConstants(
    of loss: any PairwiseLoss<Double>, near batch: TensorBatch<Double>
  ) -> (TensorBatch<Double>) throws -> Double {
    if let circle = loss as? CircleLoss<Double> {
      let held = CircleWithHeldPaces(circle, at: batch)
      return { held.value(for: $0) }
    }
    return { try value(loss, $0).value }
  }
}
