import FERMetric
import Testing

@Suite struct AttentiveTripletTests {
  /// A skewed batch with weights.
  private static func batch(_ count: Int = 14, dimension: Int = 5, classes: Int = 4) -> TensorBatch<Double> {
    var generator = SeededGenerator(seed: 71)
    return TensorBatch(
      embeddings: .normal([count, dimension], &generator), labels: (0..<count).map { ($0 * $0) % classes },
      weights: (0..<count).map { _ in generator.nextUniform() })
  }

  private static func loss(_ change: (inout AttentiveTripletOptions) -> Void = { _ in }) -> AttentiveTripletLoss<Double>
  {
    var options = AttentiveTripletOptions()
    options.selection = .topRatio(0.8)
    options.metricWeight = 0.3
    options.rankMargin = 0.9
    change(&options)
    var loss = AttentiveTripletLoss<Double>(dimension: 5, options: options)
    var generator = SeededGenerator(seed: 72)
    loss.visitParameters { _, parameter in parameter.value = .normal(parameter.value.shape, &generator) }
    return loss
  }

  private static let variants: [(name: String, change: @Sendable (inout AttentiveTripletOptions) -> Void)] = [
    ("default", { _ in }),
    ("roots, low rank", { ($0.metricPower, $0.metric, $0.metricRidge) = (.root, .learned(rank: 2), 0.1) }),
    ("normalized", { ($0.metricSpace, $0.hardness) = (.normalized, .normalized) }),
    ("product", { ($0.weighting, $0.attachesWeighting, $0.baseSamples) = (.product, true, .highWeight) }),
    ("mean", { ($0.weighting, $0.attachesWeighting) = (.mean, true) }),
    ("euclidean", { $0.metric = .euclidean }),
  ]

  @Test(arguments: variants.indices) func gradientsEqualDifferenceQuotients(_ index: Int) throws {
    var loss = Self.loss(Self.variants[index].change)
    let batch = Self.batch()
    let frozen = loss
    let gradients = try loss(batch, weight: 0.7).gradients
    func value(_ change: (inout TensorBatch<Double>) -> Void) throws -> Double {
      var moved = batch
      change(&moved)
      return try 0.7 * frozen.value(for: moved).value
    }
    let byEmbedding = try centralDifferences(at: batch.embeddings) { x in try value { $0.embeddings = x } }
    #expect(largestDifference(gradients.embeddings!.array, byEmbedding) < 1e-7)
    let byWeight = try centralDifferences(at: Tensor(batch.weights!)) { a in try value { $0.weights = a.array } }
    #expect(largestDifference(gradients.weights!.array, byWeight) < 1e-7)
    guard let map = loss.map else { return }
    let byMap = try centralDifferences(at: map.value) { changed in
      var moved = frozen
      moved.visitParameters { _, parameter in parameter.value = changed }
      return try 0.7 * moved.value(for: batch).value
    }
    #expect(largestDifference(map.gradient.array, byMap) < 1e-7)
    #expect(map.gradient.norm() > 0)
  }

  @Test func permutationPermutesGradients() throws {
    let batch = Self.batch()
    let order = [5, 0, 13, 2, 7, 1, 12, 4, 3, 9, 6, 8, 11, 10]
    var permuted = batch
    permuted.embeddings = Tensor(concatenating: order.map { batch.embeddings[rows: $0..<$0 + 1] })
    permuted.labels = order.map { batch.labels[$0] }
    permuted.weights = order.map { batch.weights![$0] }
    var (one, other) = (Self.loss(), Self.loss())
    let (value, gradients) = try one(batch)
    let (permutedValue, permutedGradients) = try other(permuted)
    #expect((value.value - permutedValue.value).magnitude < 1e-12)
    for (place, i) in order.enumerated() {
      #expect(
        largestDifference(
          permutedGradients.embeddings![row: place].array, gradients.embeddings![row: i].array) < 1e-12)
    }
    #expect(largestDifference(one.map!.gradient.array, other.map!.gradient.array) < 1e-12)
  }

  /// Copies have the hardest triplets of their samples: the value stays, and they share the gradient. A batch of 4,096 among
  /// them, for the default.
  @Test(arguments: variants.indices) func copiesShareTheGradient(_ index: Int) throws {
    #if DEBUG
      let most = 2
    #else
      let most = index == 0 ? 64 : 2
    #endif
    let batch = Self.batch(64)
    let change = Self.variants[index].change
    func loss() -> AttentiveTripletLoss<Double> {
      Self.loss {
        change(&$0)
        // Of which 64 samples have a whole number.
        ($0.selection, $0.rankShare) = (.topRatio(0.75), 0.75)
      }
    }
    var (one, many) = (loss(), loss())
    let (value, gradients) = try one(batch)
    let (copied, shared) = try many(batch.copied(most))
    #expect(value.value > 0 && copied.value.isApproximately(value.value, relative: 1e-11))
    #expect(copied.validCount == most * value.validCount)
    let (rows, weights) = (shared.embeddings!.summedOverCopies(most), shared.weights!.summedOverCopies(most))
    #expect(relativeDifference(rows, gradients.embeddings!.array) < 1e-9)
    #expect(relativeDifference(weights, gradients.weights!.array) < 1e-9)
    guard let map = one.map else { return }
    #expect(relativeDifference(many.map!.gradient.array, map.gradient.array) < 1e-9)
  }

  @Test(arguments: variants.indices) func termsAreNotNegative(_ index: Int) throws {
    let loss = Self.loss(Self.variants[index].change)
    for scale in [1e-4, 0.1, 1, 30] {
      var batch = Self.batch()
      batch.embeddings = batch.embeddings * scale
      let terms = try batch.withViews { try loss.terms(of: $0) }
      #expect(terms.base >= 0 && terms.metric >= 0 && terms.rank >= 0)
      #expect(try loss.value(for: batch).value >= 0)
    }
  }

  @Test func separatedClassesHaveNeitherLossNorGradient() throws {
    var loss = Self.loss { ($0.rankWeight, $0.metricMargin) = (0, 0.1) }
    loss.visitParameters { _, parameter in parameter.value = .identity(5) }
    var generator = SeededGenerator(seed: 73)
    var points = Tensor<Double>.uniform([12, 5], in: -0.01...0.01, &generator)
    for i in 0..<12 { points[i, i % 3] += 2 }
    let batch = TensorBatch(
      embeddings: points, labels: (0..<12).map { $0 % 3 }, weights: [Double](repeating: 0.8, count: 12))
    let (value, gradients) = try loss(batch)
    #expect(value.value == 0 && value.activeFraction == 0 && value.validCount == 12)
    #expect(gradients.embeddings!.norm() == 0 && gradients.weights!.norm() == 0 && loss.map!.gradient.norm() == 0)
  }

  @Test func lenientEqualsTheBatchWithoutTheSample() throws {
    var whole = Self.batch()
    var without = whole
    whole.embeddings[4, 2] = .nan
    whole.weights![9] = .infinity
    let kept = (0..<14).filter { $0 != 4 && $0 != 9 }
    without.embeddings = Tensor(concatenating: kept.map { whole.embeddings[rows: $0..<$0 + 1] })
    without.labels = kept.map { whole.labels[$0] }
    without.weights = kept.map { whole.weights![$0] }
    var (lenient, strict) = (Self.loss { $0.nonFinite = .lenient }, Self.loss())
    let (value, gradients) = try lenient(whole)
    let (expected, expectedGradients) = try strict(without)
    #expect(value == expected)
    for (place, i) in kept.enumerated() {
      #expect(gradients.embeddings![row: i] == expectedGradients.embeddings![row: place])
      #expect(gradients.weights!.array[i] == expectedGradients.weights!.array[place])
    }
    #expect(gradients.embeddings![row: 4].norm() == 0 && gradients.weights!.array[9] == 0)
    #expect(lenient.map!.gradient == strict.map!.gradient)
  }

  @Test func addedGradientsAreRoundedAsThoseOfTheBatchWithoutTheSample() throws {
    for space in AttentiveTripletOptions.MetricSpace.allCases {
      var whole = Self.batch()
      whole.weights = nil
      whole.included = (0..<14).map { $0 != 4 && $0 != 9 }
      let kept = (0..<14).filter { whole.included![$0] }
      var without = whole
      without.included = nil
      without.embeddings = Tensor(concatenating: kept.map { whole.embeddings[rows: $0..<$0 + 1] })
      without.labels = kept.map { whole.labels[$0] }
      var (loss, other) = (Self.loss { $0.metricSpace = space }, Self.loss { $0.metricSpace = space })
      var (gradients, expected) = (TensorGradients(zerosFor: whole), TensorGradients(zerosFor: without))
      gradients.embeddings = whole.embeddings
      expected.embeddings = without.embeddings
      #expect(try loss(whole, accumulatingInto: &gradients) == other(without, accumulatingInto: &expected))
      for (place, i) in kept.enumerated() {
        #expect(gradients.embeddings![row: i] == expected.embeddings![row: place])
      }
    }
  }

  @Test func numbersThatAreNotFiniteThrowAndChangeNothing() throws {
    var batch = Self.batch()
    var loss = Self.loss { $0.metric = .covariance() }
    _ = try loss(batch)
    let before = loss.covariance?.matrix
    batch.weights![3] = .nan
    var gradients = TensorGradients(zerosFor: batch)
    #expect(throws: MetricError.nonFinite(.weights, row: 3, column: 0)) {
      try loss(batch, accumulatingInto: &gradients)
    }
    #expect(gradients.embeddings!.norm() == 0 && loss.covariance?.matrix == before)
    #expect(loss.covariance?.batchCount == 1)
  }

  @Test func gradientsAddUpUntilTheyAreCleared() throws {
    var loss = Self.loss()
    _ = try loss(Self.batch())
    let once = try #require(loss.map?.gradient)
    _ = try loss(Self.batch())
    #expect(relativeDifference(try #require(loss.map?.gradient).array, (once * 2).array) < 1e-14)
    loss.visitParameters { name, parameter in
      #expect(name == "map")
      parameter.clearGradient()
    }
    #expect(loss.map?.gradient.norm() == 0)
  }

  @Test func stateIsPutBack() throws {
    for metric in [AttentiveTripletOptions.Metric.learned(), .covariance()] {
      var loss = Self.loss { $0.metric = metric }
      _ = try loss(Self.batch())
      var saved: [String: MetricState<Double>] = [:]
      loss.visitState { name, state in saved[name] = state }
      var options = loss.options
      options.metric = metric
      var other = AttentiveTripletLoss<Double>(dimension: 5, options: options)
      other.visitState { name, state in if let value = saved[name] { state = value } }
      #expect(try other.value(for: Self.batch()) == loss.value(for: Self.batch()))
      #expect(saved.count == (loss.map == nil ? 2 : 1))
    }
  }

  @Test func aBatchIsMeasuredByTheBatchesBefore() throws {
    var loss = Self.loss { $0.metric = .covariance() }
    #expect(try loss.measure().map == .identity(5))
    let before = try loss.value(for: Self.batch())
    #expect(try loss(Self.batch()).value == before)
    #expect(try loss.measure().map != .identity(5))
    #expect(try loss.value(for: Self.batch()) != before)
  }

  @Test func extremesStayFinite() throws {
    for factor in [1e4, 1e-20, 0] {
      var batch = TensorBatch<Float>(
        embeddings: Self.batch().embeddings.converted(to: Float.self) * Float(factor), labels: Self.batch().labels,
        weights: Self.batch().weights!.map { Float($0) })
      batch.embeddings[0, 0] = 0
      var loss = AttentiveTripletLoss<Float>(dimension: 5)
      let (value, gradients) = try loss(batch)
      #expect(value.value.isFinite && gradients.embeddings!.isFinite && loss.map!.gradient.isFinite, "\(factor)")
    }
  }

  @Test func optionsWithoutAMeaningAreRefused() {
    func objection(_ change: (inout AttentiveTripletOptions) -> Void) -> String {
      var options = AttentiveTripletOptions()
      change(&options)
      return options.objection ?? ""
    }
    #expect(AttentiveTripletOptions().objection == nil)
    #expect(objection { $0.baseMargin = .nan }.contains("margin"))
    #expect(objection { $0.metricMargin = .infinity }.contains("margin"))
    #expect(objection { $0.metricWeight = -1 }.contains("weight"))
    #expect(objection { $0.metricRidge = -1 }.contains("ridge"))
    #expect(objection { $0.rankShare = 1 }.contains("ranks"))
    #expect(objection { $0.rankMargin = 0 }.contains("rank margin"))
    #expect(objection { $0.rankMargin = 1.5 }.contains("rank margin"))
    #expect(objection { ($0.rankMargin, $0.rankWeight) = (0, 0) }.isEmpty)
    #expect(objection { $0.selection = .topRatio(0) }.contains("high weights"))
    #expect(objection { $0.selection = .threshold(.nan) }.contains("threshold"))
    #expect(objection { $0.metric = .learned(rank: 0) }.contains("row"))
    #expect(objection { $0.metric = .covariance(shrinkage: 0) }.contains("shrunk"))
    #expect(objection { $0.metric = .covariance(momentum: 1) }.contains("past"))
    #expect(objection { $0.attachesWeighting = true }.contains("product"))
  }

  @Test func anotherDimensionTraps() async {
    await #expect(processExitsWith: .failure) {
      var loss = AttentiveTripletLoss<Double>(dimension: 4)
      _ = try loss(TensorBatch(embeddings: Tensor(zeros: [2, 5]), labels: [0, 1]))
    }
  }
}
