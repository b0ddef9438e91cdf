import FERMetric
import Testing

/// The paragraphs of the specification's acceptance list that speak of the loss itself.
extension AcceptanceTests {
  func losslessMargin<S>(_ run: AcceptanceRun<S>) throws {
    var loss = TripletCenterLoss<S>.amtc3l()
    run.expect(try run.train(&loss, run.fixture1()).value.value, 1.75)
  }

  func constantMargins<S>(_ run: AcceptanceRun<S>) throws {
    let batch = run.fixture1(inclusion: nil)
    var small = TripletCenterLoss<S>.tc3l(margin: ConstantMargin(0.1))
    let (value, gradients) = try run.train(&small, batch)
    #expect(value.value == 0)
    for gradient in [gradients.embeddings, gradients.centers, gradients.margins] {
      #expect(gradient!.array.allSatisfy { $0 == 0 })
    }
    run.expect(try run.value(TripletCenterLoss<S>.tc3l(margin: ConstantMargin(0.5)), batch), 0.25)
    run.expect(try run.value(TripletCenterLoss<S>.tc3l(margin: ConstantMargin(0.25)), batch), 0, within: 1e-7)
    // At the boundary itself the hinge lets nothing through: equal centers and margin 0 make the bracket exactly 0.
    var boundary = TripletCenterLoss<S>.tc3l(margin: ConstantMargin(0))
    var equal = batch
    equal.centers = Tensor([0, 0, 0, 0], shape: [2, 2])
    #expect(try run.train(&boundary, equal).gradients.margins!.array == [0])
  }

  func closedFormGradients<S>(_ run: AcceptanceRun<S>) throws {
    var attached = TripletCenterLoss<S>.amtc3l(gradient: .attached)
    var detached = TripletCenterLoss<S>.amtc3l()
    let gradients = try run.train(&detached, run.fixture1()).gradients
    run.expect(gradients.embeddings!.array, [0.125, -0.09375])
    run.expect(gradients.centers!.array, [0, -0.125, -0.09375, 0.1875])
    run.expect(gradients.margins!.array, [1])
    run.expect(gradients.inclusion!.array, [-0.0625, -0.1875])
    run.expect(try run.train(&attached, run.fixture1()).gradients.inclusion!.array, [0.9375, 0.8125])
  }

  func inclusionWeights<S>(_ run: AcceptanceRun<S>) throws {
    let loss = TripletCenterLoss<S>.amtc3l()
    run.expect(try run.value(loss, run.fixture1(inclusion: [1, 0])), 0.9375)
    run.expect(try run.value(loss, run.fixture1(inclusion: [0.5, 0.25])), 0.671875)
    let after = TripletCenterLoss<S>(attentionMode: .vectorsAfter)
    run.expect(try run.value(after, run.fixture1(inclusion: [0.5, 0.25])), 0.72265625)
  }

  func binaryWeightsAgree<S>(_ run: AcceptanceRun<S>) throws {
    let batch = run.randomBatch(samples: 16, classes: 5, dimension: 24, seed: 5, binaryWeights: true)
    let values = try AttentionMode.allCases.map {
      Double(try run.value(TripletCenterLoss<S>(attentionMode: $0), batch))
    }
    for value in values { run.expect(S(value), values[0], within: max(run.tolerance, 1e-6)) }
    #expect(values[0] > 0)
  }

  func lossless<S>(_ run: AcceptanceRun<S>) throws {
    let (samples, dimension) = (10_000, 8)
    let batch = run.randomBatch(samples: samples, classes: 7, dimension: dimension, seed: 6)
    var loss = TripletCenterLoss<S>.amtc3l()
    loss.reportsSamples = true
    let (value, gradients) = try run.train(&loss, batch)
    #expect(value.activeFraction == 1)
    var inside = 0
    for i in 0..<samples {
      let weights = batch.inclusion![row: i].array.reduce(0) { $0 + Double($1) }
      let bracket = Double(value.samples![i])
      inside += bracket > 0 && bracket <= 2 * weights ? 1 : 0
    }
    #expect(inside == samples)
    #expect(gradients.margins!.array.allSatisfy { $0 == 1 / S(samples) })
  }

  func affineInSquashedCoordinates<S>(_ run: AcceptanceRun<S>) throws {
    var batch = run.randomBatch(samples: 6, classes: 4, dimension: 10, seed: 7)
    let fixed = FixedSampler<S>(
      fixed: try run.select(MathSynthSampler<S>(), batch))
    var loss = TripletCenterLoss<S>(sampler: fixed)
    func gradientInSquashed() throws -> [Double] {
      let gradient = try run.train(&loss, batch).gradients.embeddings!
      return zip(gradient.array, batch.embeddings.array).map { Double($0) / slope(Double($1)) }
    }
    let before = try gradientInSquashed()
    var generator = SeededGenerator(seed: 77)
    batch.embeddings = .normal([6, 10], &generator)
    let after = try gradientInSquashed()
    for (b, a) in zip(before, after) { run.expect(S(a), b, within: run.tolerance * 10) }
  }

  private func slope(_ x: Double) -> Double {
    let s = 1 / (1 + Double.exponential(-x))
    return s * (1 - s)
  }

  func negativeEqualsPositive<S>(_ run: AcceptanceRun<S>) throws {
    var batch = run.fixture1(inclusion: [0.5, 0.25])
    batch.centers = Tensor([0.3, -2, 0.3, -2], shape: [2, 2])
    for (gradient, expected) in [(MarginGradient.attached, 1.0), (.detached, 0)] {
      var loss = TripletCenterLoss<S>.amtc3l(gradient: gradient)
      let (value, gradients) = try run.train(&loss, batch)
      run.expect(value.value, 0.75)
      run.expect(gradients.embeddings!.array, [0, 0])
      run.expect(gradients.inclusion!.array, [expected, expected])
    }
  }

  func otherForms<S>(_ run: AcceptanceRun<S>) throws {
    let batch = run.fixture1()
    let margin = ConstantMargin<S>(2)
    let square = Double(run.ln3) * Double(run.ln3)
    func logistic(_ x: Double) -> Double { 1 / (1 + Double.exponential(-x)) }

    let plain = try run.report(TripletCenterLoss<S>(margin: margin, squash: .none), batch)
    #expect(plain.value == 0)
    run.expect(plain.meanPositiveDistance, square)
    run.expect(plain.meanNegativeDistance, 5 * square)
    run.expect(plain.meanPositiveDistance, 1.20694896, within: 1e-8 + run.tolerance)
    run.expect(plain.meanNegativeDistance, 6.03474480, within: 1e-8 + run.tolerance)

    // The negative is nearest in each coordinate, but there is only one: differences ln 3 and 2 ln 3.
    let distance = try run.value(TripletCenterLoss<S>(margin: margin, squash: .distance), batch)
    run.expect(distance, 2 + 0.5 - logistic(4 * square))
    run.expect(distance, 1.50794059, within: 1e-8 + run.tolerance)
    let zeroed = try run.value(TripletCenterLoss<S>(margin: margin, squash: .distanceZeroed), batch)
    run.expect(zeroed, 2 - Double.hyperbolicTangent(2 * square))
    run.expect(zeroed, 1.01588117, within: 1e-8 + run.tolerance)

    run.expect(try run.value(TripletCenterLoss<S>(margin: margin, positiveWeight: 2), batch), 1.8125)

    var logarithms = TripletCenterLoss<S>(margin: margin, form: .log)
    let (value, gradients) = try run.train(&logarithms, batch)
    run.expect(value.value, -Double.logarithm(1 - 0.03125 + 1e-8) - Double.logarithm(0.15625 + 1e-8))
    run.expect(value.value, 1.88804667, within: 5e-8 + run.tolerance)
    let slopes = [0.25, 0.1875]
    run.expect(
      zip(gradients.embeddings!.array, slopes).map { $0 / S($1) }, [1.6, -2.94193548], within: 1e-6)
  }

  func extremes<S>(_ run: AcceptanceRun<S>) throws {
    for extreme in [S(1e4), -1e4] {
      var batch = run.fixture1()
      batch.embeddings = Tensor([extreme, extreme], shape: [1, 2])
      for options in [AttentionMode.distance, .vectorsAfter] {
        var loss = TripletCenterLoss<S>(attentionMode: options)
        let (value, gradients) = try run.train(&loss, batch)
        #expect(value.value.isFinite)
        #expect(gradients.embeddings!.array == [0, 0])
        #expect(gradients.centers!.isFinite && gradients.inclusion!.isFinite)
      }
    }
  }
}
