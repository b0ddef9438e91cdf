import FERMetric
import Testing

@Suite struct TripletPropertyTests {
  private static func batch<Scalar: TensorScalar>(
    _: Scalar.Type = Scalar.self, scale: Double = 1
  ) -> TensorBatch<Scalar> {
    var generator = SeededGenerator(seed: 72)
    let x = Tensor<Double>.normal([11, 6], &generator).map { scale * $0 }
    let references = Tensor<Double>.normal([8, 6], &generator).map { scale * $0 }
    return TensorBatch(
      embeddings: x.converted(), labels: [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1],
      identities: [0, 0, 0, 1, 1, 1, 2, 2, 2, 0, 1], references: references.converted(),
      referenceLabels: [0, 1, 2, 0, 1, 2, 0, 1])
  }

  /// The batch of the given samples.
  private static func picking<Scalar: TensorScalar>(_ order: [Int], of batch: TensorBatch<Scalar>) -> TensorBatch<
    Scalar
  > {
    var result = batch
    let width = batch.embeddings.shape[1]
    let rows = order.flatMap { i in (0..<width).map { batch.embeddings[i, $0] } }
    result.embeddings = Tensor(rows, shape: [order.count, width])
    result.labels = order.map { batch.labels[$0] }
    result.identities = batch.identities.map { all in order.map { all[$0] } }
    return result
  }

  @Test(arguments: TripletCases.names) func orderDoesNotMatter(_ name: String) throws {
    let batch = Self.batch(Double.self)
    let order = [7, 2, 10, 0, 5, 9, 1, 4, 8, 3, 6]
    var (first, second) = (
      try #require(TripletCases.loss(name, Double.self, dimension: 6)),
      try #require(TripletCases.loss(name, Double.self, dimension: 6))
    )
    let (value, gradients) = try first(batch)
    let (permuted, moved) = try second(Self.picking(order, of: batch))
    #expect(value.value.isApproximately(permuted.value, relative: 1e-12))
    let (straight, shuffled) = (try #require(gradients.embeddings), try #require(moved.embeddings))
    let expected = order.flatMap { i in (0..<6).map { straight[i, $0] } }
    #expect(largestDifference(expected, shuffled.array) < 1e-12 * max(1, straight.norm()))
  }

  /// What a twin of every sample does not change: the hardest of each anchor, and means of classes.
  @Test(arguments: ["batchHard", "softMargin", "lossless", "chiSquared.require", "fiveTuplet", "tupletCluster"])
  func twinsDoNotMatter(_ name: String) throws {
    let batch = Self.batch(Double.self)
    let loss = try #require(TripletCases.loss(name, Double.self, dimension: 6))
    let twice = Self.picking(Array(0..<11) + Array(0..<11), of: batch)
    let (single, double) = (try loss.value(for: batch).value, try loss.value(for: twice).value)
    #expect(single.isApproximately(double, relative: 1e-12) && single > 0)
  }

  @Test(arguments: TripletCases.names) func lossesAreNotNegative(_ name: String) throws {
    for scale in [1e-4, 0.1, 1, 30] {
      let loss = try #require(TripletCases.loss(name, Double.self, dimension: 6))
      // ε lifts the logarithms' arguments above 1.
      #expect(try loss.value(for: Self.batch(scale: scale)).value >= (name.hasPrefix("lossless") ? -2e-8 : 0))
    }
  }

  @Test(arguments: TripletCases.names) func extremesStayFinite(_ name: String) throws {
    for scale in [0, 1e-20, 1e4] {
      var loss = try #require(TripletCases.loss(name, Float.self, dimension: 6))
      let (value, gradients) = try loss(Self.batch(Float.self, scale: scale))
      let gradient = try #require(gradients.embeddings)
      #expect(value.value.isFinite && gradient.isFinite, "scale \(scale)")
    }
  }

  /// Classes far apart and tight: every constraint holds, and nothing moves.
  @Test(
    arguments: TripletCases.names.filter { name in
      !["softMargin", "hierarchical", "fiveTuplet.aware"].contains(name) && !name.hasPrefix("lossless")
        && !name.hasSuffix("softplus")
    })
  func satisfiedConstraintsAreSilent(_ name: String) throws {
    var batch = Self.batch(Double.self)
    for i in 0..<11 {
      for j in 0..<6 { batch.embeddings[i, j] = batch.labels[i] == j % 3 ? 3 + 0.001 * Double(i) : 0 }
    }
    for i in 0..<8 {
      for j in 0..<6 { batch.references![i, j] = batch.referenceLabels![i] == j % 3 ? 3 : 0 }
    }
    if name.hasPrefix("multiThreshold") {
      // Slices may be one coordinate wide, in which directions have two values only: two classes.
      batch.labels = batch.labels.map { min($0, 1) }
      for i in 0..<11 { for j in 0..<6 { batch.embeddings[i, j] = batch.labels[i] == 0 ? 1 : -1 } }
    }
    var loss = try #require(TripletCases.loss(name, Double.self, dimension: 6))
    let (value, gradients) = try loss(batch)
    #expect(value.value == 0 && value.activeFraction == 0 && value.validCount > 0)
    let gradient = try #require(gradients.embeddings)
    #expect(gradient.array.allSatisfy { $0 == 0 })
  }

  @Test(arguments: TripletCases.names) func lenientLeavesSamplesOut(_ name: String) throws {
    var batch = Self.batch(Double.self)
    batch.embeddings[4, 2] = .nan
    var strict = try #require(TripletCases.loss(name, Double.self, dimension: 6))
    #expect(throws: MetricError.nonFinite(.embeddings, row: 4, column: 2)) { _ = try strict(batch) }
    var lenient = try #require(TripletCases.loss(name, Double.self, dimension: 6, policy: .lenient))
    var twin = lenient
    let kept = (0..<11).filter { $0 != 4 }
    let (value, gradients) = try lenient(batch)
    let (expected, others) = try twin(Self.picking(kept, of: batch))
    #expect(value.value == expected.value && value.validCount == expected.validCount)
    let (gradient, other) = (try #require(gradients.embeddings), try #require(others.embeddings))
    for (place, i) in kept.enumerated() { for j in 0..<6 { #expect(gradient[i, j] == other[place, j]) } }
    for j in 0..<6 { #expect(gradient[4, j] == 0) }
  }

  @Test func weightScalesTheGradientAlone() throws {
    let batch = Self.batch(Double.self)
    for name in TripletCases.names {
      var (one, half) = (
        try #require(TripletCases.loss(name, Double.self, dimension: 6)),
        try #require(TripletCases.loss(name, Double.self, dimension: 6))
      )
      let (value, gradients) = try one(batch)
      let (same, halved) = try half(batch, weight: 0.5)
      #expect(value.value == same.value)
      let expected = try #require(gradients.embeddings).array.map { $0 / 2 }
      #expect(
        largestDifference(expected, try #require(halved.embeddings).array) < 1e-14
          * max(1, gradients.embeddings!.norm()))
    }
  }

  @Test func samplesAreMeansOfTheirTriplets() throws {
    let batch = Self.batch(Double.self)
    for name in ["faceNet", "batchAll.mean", "lossless.all", "batchHard.twoEach"] {
      var loss = try #require(TripletCases.loss(name, Double.self, dimension: 6) as? TripletLoss<Double>)
      loss.reportsSamples = true
      let value = try loss.value(for: batch)
      let samples = try #require(value.samples)
      #expect(samples.count == 11 && value.validCount == 11)
      #expect(samples.contains { $0 > value.value } && samples.contains { $0 < value.value })
    }
  }

  #if !DEBUG
    @Test func aLargeBatchNeedsNoCube() throws {
      var generator = SeededGenerator(seed: 73)
      let count = 4096
      let batch = TensorBatch<Float>(
        embeddings: .normal([count, 2], &generator), labels: (0..<count).map { $0 % 7 },
        identities: (0..<count).map { $0 % 50 }, references: .normal([100, 2], &generator),
        referenceLabels: (0..<100).map { $0 % 7 })
      let names = [
        "batchAll", "faceNet", "lossless.all", "classPair.replace", "tupletCluster", "representative", "distillation",
      ]
      for name in names {
        var loss = try #require(TripletCases.loss(name, Float.self, dimension: 2))
        let (value, gradients) = try loss(batch)
        let gradient = try #require(gradients.embeddings)
        #expect(value.value.isFinite && gradient.isFinite && value.validCount > 0, "\(name)")
      }
    }
  #endif
}
