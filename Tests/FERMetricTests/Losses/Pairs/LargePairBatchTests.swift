import FERMetric
import Testing

#if !DEBUG
  /// Batches of 4,096, whose losses and gradients are known by formulas.
  @Suite struct LargePairBatchTests {
    private static let space = OrthogonalClasses(classes: 8, samples: 4096)

    /// A loss over cosines, its value, and its derivative by the cosine of a negative pair.
    private struct Formula {
      let loss: any PairwiseLoss<Float>
      let value, slope: Double
    }

    private static let names = ["contrastive", "multiSimilarity", "supCon", "ntXent", "circle"]

    /// - Parameter anchors: The number of rows that a mean is taken over.
    private static func formula(_ name: String, anchors: Double) -> Formula {
      let (p, n) = (space.positives, space.negatives)
      let share = Double.exponential(-2) / (1 + n * Double.exponential(-2))
      switch name {
      case "contrastive":
        // Every pair is active: 1.5 − 1 and 0 + 0.25.
        let loss = ContrastiveLoss<Float>(positiveMargin: 1.5, negativeMargin: -0.25, distance: .cosine)
        return Formula(loss: loss, value: 0.75, slope: 1 / (anchors * n))
      case "multiSimilarity":
        // α = 2, β = 4 and λ = ½: exponents of −1 and −2.
        let pull = Double.logarithm(onePlus: p * Double.exponential(-1)) / 2
        let push = Double.logarithm(onePlus: n * Double.exponential(-2)) / 4
        return Formula(loss: MultiSimilarityLoss<Float>(beta: 4), value: pull + push, slope: share / anchors)
      case "supCon":
        let sum = p * Double.exponential(2) + n
        return Formula(
          loss: SupConLoss<Float>(temperature: 0.5), value: Double.logarithm(sum) - 2, slope: 2 / sum / anchors)
      case "ntXent":
        return Formula(
          loss: NTXentLoss<Float>(temperature: 0.5), value: Double.logarithm(onePlus: n * Double.exponential(-2)),
          slope: 2 * share / anchors)
      default:
        // Both paces are ¼, both exponents −¼.
        let product = p * n * Double.exponential(-0.5)
        return Formula(
          loss: CircleLoss<Float>(relaxation: 0.25, scale: 4), value: Double.logarithm(onePlus: product),
          slope: product / (1 + product) / n / anchors)
      }
    }

    private func expect(
      _ loss: any PairwiseLoss<Float>, _ batch: TensorBatch<Float>, value: Double, slope: Double,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let (report, gradients) = try PairBatch.run(loss, batch)
      let gradient = try #require(gradients.embeddings)
      // Each sample is an anchor, and a negative of others' anchors.
      let expected = Self.space.gradient(slope: 2 * Self.space.size * slope)
      #expect(Double(report.value).isApproximately(value, relative: 1e-4), sourceLocation: sourceLocation)
      #expect(relativeDifference(gradient, expected, floor: 0) < 1e-4, sourceLocation: sourceLocation)
      #expect(report.validCount == 4096, sourceLocation: sourceLocation)
    }

    @Test(arguments: names) func lossesAreTheirFormulas(_ name: String) throws {
      let formula = Self.formula(name, anchors: 4096)
      try expect(formula.loss, Self.space.batch(), value: formula.value, slope: formula.slope)
    }

    /// 7.5 billion triplets, which a list would hold in 180 GB.
    @Test func minedPairsAreCounted() throws {
      let loss = ContrastiveLoss<Float>(
        positiveMargin: 1.5, negativeMargin: -0.25, distance: .cosine, reduction: .sum,
        miner: TripletMarginMiner<Float>(margin: 1.5, .semihard))
      // Each positive pair counts with all negatives, and each negative pair with all positives.
      let triplets = 4096 * Self.space.positives * Self.space.negatives
      try expect(loss, Self.space.batch(), value: triplets * (0.5 + 0.25), slope: Self.space.positives)
    }

    /// Classes eight to a direction: the miner takes 0.9 of 1.0 billion triplets, those with negatives of other directions.
    @Test func tripletsOfAnotherDistanceAreNotListed() throws {
      var batch: TensorBatch<Float> = Self.space.batch()
      batch.labels = (0..<4096).map { $0 % 64 }
      let loss = TripletMarginLoss<Float>(
        margin: 1.25, distance: .cosine, miner: TripletMarginMiner<Float>(margin: 1.5, .semihard))
      try expect(loss, batch, value: 0.25, slope: 1 / (4096 * Self.space.negatives))
    }

    /// The last of sixteen batches meets a memory of 4,096, which gets no gradient.
    @Test(arguments: names) func memoriesOfAsMany(_ name: String) throws {
      let formula = Self.formula(name, anchors: 256)
      let whole: TensorBatch<Float> = Self.space.batch()
      let expected = Self.space.gradient(slope: Self.space.size * formula.slope)
      var memory = CrossBatchMemory<Float>(formula.loss, capacity: 4096, dimension: 8)
      for step in 0..<16 {
        let places = step * 256..<(step + 1) * 256
        let (report, gradients) = try memory(whole.rows(Array(places)))
        guard step == 15 else { continue }
        #expect(memory.count == 4096)
        #expect(Double(report.value).isApproximately(formula.value, relative: 1e-4))
        #expect(relativeDifference(gradients.embeddings!, expected[rows: places], floor: 0) < 1e-4)
      }
    }
  }
#endif
