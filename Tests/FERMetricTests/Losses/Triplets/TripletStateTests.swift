import FERMetric
import Testing

/// The losses that remember: what they learn, and that checkpoints hold it.
@Suite struct TripletStateTests {
  private static func batch(_ seed: UInt64) -> TensorBatch<Float> {
    var generator = SeededGenerator(seed: 74, stream: seed)
    return TensorBatch(
      embeddings: .normal([12, 4], &generator), labels: (0..<12).map { $0 % 3 }, identities: (0..<12).map { $0 / 4 },
      references: .normal([20, 4], &generator), referenceLabels: (0..<20).map { $0 % 3 })
  }

  private static func state(_ loss: inout any MetricLoss<Float>) -> [String: MetricState<Float>] {
    var states: [String: MetricState<Float>] = [:]
    loss.visitState { states[$0] = $1 }
    return states
  }

  @Test(arguments: ["hierarchical", "classPair.discard", "tupletCluster", "distillation"])
  func restoredLossesGoOn(_ name: String) throws {
    func fresh() throws -> any MetricLoss<Float> {
      if name == "distillation" { return DistillationTripletLoss<Float>(candidateShare: 0.3) }
      return try #require(TripletCases.loss(name, Float.self, dimension: 4))
    }
    var first = try fresh()
    for seed in 0..<3 as Range<UInt64> { _ = try first(Self.batch(seed)) }
    let states = Self.state(&first)
    var second = try fresh()
    #expect(Self.state(&second) != states)
    second.visitState { if let state = states[$0] { $1 = state } }
    #expect(Self.state(&second) == states)
    for seed in 3..<6 as Range<UInt64> {
      let (a, b) = (try first(Self.batch(seed)), try second(Self.batch(seed)))
      #expect(a.value == b.value)
      #expect(a.gradients.embeddings == b.gradients.embeddings)
    }
    #expect(Self.state(&first) == Self.state(&second))
  }

  @Test func valuesChangeNothing() throws {
    for name in ["hierarchical", "classPair.discard", "tupletCluster", "distillation"] {
      var loss = try #require(TripletCases.loss(name, Float.self, dimension: 4))
      let before = Self.state(&loss)
      _ = try loss.value(for: Self.batch(0))
      #expect(Self.state(&loss) == before)
    }
  }

  @Test func marginsFollowTheShareOfActiveTriplets() throws {
    // Class 0 and 1 lie together, so that their triplets are always active; class 2 lies apart, and forms none.
    let batch = TensorBatch<Double>(
      embeddings: Tensor([1, 0, 1, 0.1, 1, 0.05, 1, 0.15, -1, 0, -1, 0.1], shape: [6, 2]), labels: [0, 0, 1, 1, 2, 2])
    var loss = ClassPairTripletLoss<Double>(classes: 3, outliers: .keep)
    _ = try loss(batch)
    let (lowered, raised) = (0.2 - 0.005, 0.2 + 0.005)
    #expect(loss.margin(anchor: 0, negative: 1) == lowered)
    #expect(loss.margin(anchor: 1, negative: 0) == loss.margin(anchor: 0, negative: 1))
    // Nearest to the anchors of class 2 is one of the others; these triplets are satisfied.
    let apart = (0..<2).map { loss.margin(anchor: 2, negative: $0) }
    #expect(apart.contains(raised))
    for _ in 0..<100 { _ = try loss(batch) }
    #expect(loss.margin(anchor: 0, negative: 1) == 0.05)

    var ordered = ClassPairTripletLoss<Double>(
      classes: 3, rule: ClassPairMarginRule(isOrdered: true), outliers: .keep)
    _ = try ordered(batch)
    #expect(ordered.margin(anchor: 0, negative: 2) == 0.2)
    #expect(ordered.margin(anchor: 2, negative: 0) != 0.2 || ordered.margin(anchor: 2, negative: 1) != 0.2)
  }

  @Test func theReferenceDistanceFollowsItsGradient() throws {
    let batch = Self.batch(9)
    var loss = TupletClusterLoss<Float>(rate: 0.1)
    let slope =
      try
      (TupletClusterLoss<Float>(reference: 1.001).value(for: batch).value
      - TupletClusterLoss<Float>(reference: 0.999).value(for: batch).value) / 0.002
    _ = try loss(batch)
    #expect((loss.reference - (1 - 0.1 * slope)).magnitude < 1e-4)
    #expect(loss.reference != 1)
    var fixed = TupletClusterLoss<Float>(rate: 0)
    _ = try fixed(batch)
    #expect(fixed.reference == 1)
  }

  @Test func candidatesAreDrawnAnewForEachStep() throws {
    let batch = Self.batch(2)
    var loss = DistillationTripletLoss<Float>(candidateShare: 0.4, seed: 3)
    var twin = DistillationTripletLoss<Float>(candidateShare: 0.4, seed: 3)
    var values: [Float] = []
    for _ in 0..<6 {
      values.append(try loss.value(for: batch).value)
      #expect(try loss(batch).value.value == values.last)
      #expect(try twin(batch).value.value == values.last)
    }
    #expect(Set(values).count > 1)
  }
}
