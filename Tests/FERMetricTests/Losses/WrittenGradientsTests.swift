import Testing

@testable import FERMetric

/// Gradients that are written equal those that are added to zeros, whatever the buffers held before.
@Suite struct WrittenGradientsTests {
  private func batch<Scalar: TensorScalar>(classes: Int, dimension: Int, samples: Int = 13) -> TensorBatch<Scalar> {
    var generator = SeededGenerator(seed: UInt64(classes), stream: UInt64(dimension))
    return .drawn(samples: samples, classes: classes, dimension: dimension, &generator)
  }

  /// Buffers for all parts, full of NaN.
  private func rubbish<Scalar: TensorScalar>(_ batch: TensorBatch<Scalar>) -> TensorGradients<Scalar> {
    var gradients = TensorGradients(zerosFor: batch)
    gradients.embeddings?.fill(with: .nan)
    gradients.centers?.fill(with: .nan)
    gradients.inclusion?.fill(with: .nan)
    gradients.margins?.fill(with: .nan)
    gradients.weights?.fill(with: .nan)
    gradients.references?.fill(with: .nan)
    return gradients
  }

  private func write<Loss: MetricLoss>(
    _ loss: inout Loss, _ batch: TensorBatch<Loss.Scalar>, _ gradients: inout TensorGradients<Loss.Scalar>
  ) throws(MetricError) -> LossValue<Loss.Scalar> {
    try batch.withViews { (views) throws(MetricError) in
      try gradients.withViews { (sinks) throws(MetricError) in
        try loss(views, weight: 0.3, writingInto: &sinks)
      }
    }
  }

  private func expectEqual<Scalar: TensorScalar>(_ a: TensorGradients<Scalar>, _ b: TensorGradients<Scalar>) {
    #expect(a.embeddings == b.embeddings)
    #expect(a.centers == b.centers)
    #expect(a.inclusion == b.inclusion)
    #expect(a.margins == b.margins)
    #expect(a.weights == b.weights)
    #expect(a.references == b.references)
  }

  private func compare<Scalar: TensorScalar>(_: Scalar.Type, classes: Int, dimension: Int) throws {
    var input: TensorBatch<Scalar> = batch(classes: classes, dimension: dimension)
    let weights = input.inclusion
    let margins: [any MarginGenerator<Scalar>] = [
      .adaptive(), .adaptive(scale: 0.02, gradient: .attached), .constant(0.1), .perSample(), .adaptive(scale: -0.01),
      ScheduledMargin(.constant(0.1), schedule: .linear(from: 1, to: 2, steps: 5)),
    ]
    let samplers: [any NegativeSampler<Scalar>] = [
      .mathSynth(), .networkSemantic(), .mixed(), .nearestCenter(), .allCenters(), .randomCenter(),
      .farthestCenter(), .presentNearestCenter(),
    ]
    for (place, sampler) in samplers.enumerated() {
      for (turn, margin) in margins.enumerated() {
        for squash in [Squash.elements, .none] {
          input.included = turn == 1 ? (0..<13).map { $0 != 2 && $0 != 5 } : nil
          var loss = TripletCenterLoss(
            sampler: sampler, margin: margin, squash: squash,
            dimensionReduction: turn == 2 && squash == .elements ? .mean : .sum,
            power: squash == .none && turn != 3 ? .root : .squared, negativeCenterGradient: (place + turn) % 3 != 0)
          loss.reportsSamples = true
          #expect(loss.comparesOnly == (turn < 5))
          input.inclusion = (place + turn) % 4 == 1 ? nil : weights
          var other = loss
          // All parts, and all but one or two.
          for missing in [[], [0], [1, 3], [2], [0, 2]] {
            var (written, added) = (rubbish(input), TensorGradients(zerosFor: input))
            if missing.contains(0) { (written.embeddings, added.embeddings) = (nil, nil) }
            if missing.contains(1) { (written.centers, added.centers) = (nil, nil) }
            if missing.contains(2) { (written.inclusion, added.inclusion) = (nil, nil) }
            if missing.contains(3) { (written.margins, added.margins) = (nil, nil) }
            #expect(try write(&loss, input, &written) == other(input, weight: 0.3, accumulatingInto: &added))
            expectEqual(written, added)
          }
        }
      }
    }
  }

  @Test(arguments: [3, 7, 8, 16, 17], [1, 63, 129, 600]) func equalThoseAddedToZeros(classes: Int, dimension: Int)
    throws
  {
    try compare(Float.self, classes: classes, dimension: dimension)
    try compare(Double.self, classes: classes, dimension: dimension)
  }

  /// With margins of the weights every sample is taken to be active, which a negative weight or none at all refutes.
  @Test(arguments: [3, 7, 8, 16, 17], [1, 63, 129, 600]) func samplesMayNotBeActiveAfterAll(
    classes: Int, dimension: Int
  ) throws {
    var generator = SeededGenerator(seed: 85, stream: UInt64(dimension))
    var input: TensorBatch<Float> = batch(classes: classes, dimension: dimension)
    input.margins = nil
    let samplers: [any NegativeSampler<Float>] = [.mathSynth(), .networkSemantic(), .mixed()]
    for sampler in samplers {
      // Factors and scales of its own are rounded in the same steps, too.
      let weighted = TripletCenterLoss<Float>(
        sampler: sampler, margin: .adaptive(scale: 1.1), squashScale: 2, distanceScale: 0.7, positiveWeight: 1.3)
      try compare(weighted, input)
      let loss = TripletCenterLoss<Float>.amtc3l(sampler: sampler)
      for j in 0..<dimension { input.inclusion![5, j] = 0 }
      try compare(loss, input)
      var negative = input
      negative.inclusion = .uniform([13, dimension], in: -1...1, &generator)
      for j in 0..<dimension { negative.inclusion![12, j] = -0.5 }
      try compare(loss, negative)
    }
  }

  /// Coordinates whose exponentials leave the range of numbers send the pass back to its beginning.
  @Test(arguments: [63, 129, 600]) func coordinatesMayBeLarge(dimension: Int) throws {
    for size in [Float(80), 87.31, 89, 1e4, .greatestFiniteMagnitude] {
      try compareWithLargeCoordinates(size, dimension: dimension)
    }
    for size in [700, 708.395, 709, 1e4, .greatestFiniteMagnitude] {
      try compareWithLargeCoordinates(size, dimension: dimension)
    }
  }

  private func compareWithLargeCoordinates<Scalar: TensorScalar>(_ size: Scalar, dimension: Int) throws {
    let samplers: [any NegativeSampler<Scalar>] = [.mathSynth(), .networkSemantic(), .mixed()]
    for (sample, coordinate) in [(0, 0), (6, dimension / 2), (12, dimension - 1)] {
      var input: TensorBatch<Scalar> = batch(classes: 7, dimension: dimension)
      input.margins = nil
      input.embeddings[sample, coordinate] = size
      input.embeddings[sample, dimension - coordinate - 1] = -size
      for sampler in samplers {
        try compare(TripletCenterLoss<Scalar>.amtc3l(sampler: sampler), input)
        try compare(TripletCenterLoss<Scalar>(sampler: sampler, squashScale: 0.5), input)
      }
    }
  }

  /// Eight MiB of gradients go past the caches where rows begin at multiples of a vector, whole vectors of them.
  @Test(arguments: [1024, 1032, 1040, 1025]) func largeGradientsToo(dimension: Int) throws {
    var input: TensorBatch<Float> = batch(classes: 7, dimension: dimension, samples: 1030)
    input.margins = nil
    let samplers: [any NegativeSampler<Float>] = [.mathSynth(), .networkSemantic(), .mixed()]
    for sampler in samplers {
      var input = input
      try compare(TripletCenterLoss<Float>.amtc3l(sampler: sampler), input)
      input.embeddings[700, dimension / 2] = 100
      try compare(TripletCenterLoss<Float>.amtc3l(sampler: sampler), input)
      for j in 0..<dimension { input.inclusion![1029, j] = 0 }
      try compare(TripletCenterLoss<Float>.amtc3l(sampler: sampler), input)
    }
  }

  @Test func passWritesFiniteBatchesAndStopsAtOthers() throws {
    var input: TensorBatch<Float> = batch(classes: 7, dimension: 300)
    let loss = TripletCenterLoss<Float>.amtc3l(sampler: .mixed())
    func passes(_ input: TensorBatch<Float>) -> Bool {
      var gradients = rubbish(input)
      return input.withViews { views in
        gradients.withViews { sinks in
          var selection = NegativeSelection()
          return loss.evaluate(views, &selection, weight: 1, gradients: &sinks, use: .written) != nil
        }
      }
    }
    #expect(passes(input))
    input.embeddings[12, 299] = .greatestFiniteMagnitude
    #expect(passes(input))
    input.embeddings[12, 299] = .infinity
    #expect(!passes(input))
    input.embeddings[12, 299] = 0
    input.inclusion![0, 1] = .nan
    #expect(!passes(input))
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func strictLossNamesTheNumber(bad: Float) throws {
    var input: TensorBatch<Float> = batch(classes: 7, dimension: 300)
    var loss = TripletCenterLoss<Float>.amtc3l(sampler: .networkSemantic())
    for role in [MetricRole.embeddings, .inclusion] {
      var faulty = input
      if role == .embeddings { faulty.embeddings[12, 299] = bad } else { faulty.inclusion![12, 299] = bad }
      var gradients = rubbish(faulty)
      #expect(throws: MetricError.nonFinite(role, row: 12, column: 299)) { try write(&loss, faulty, &gradients) }
      #expect((loss.sampler as? NetworkSemanticSampler<Float>)?.record.count == 0)
    }
    // In a sample that takes no part, any number may stand.
    input.embeddings[12, 299] = bad
    input.included = (0..<13).map { $0 != 12 }
    var (written, added) = (rubbish(input), TensorGradients(zerosFor: input))
    var other = loss
    #expect(try write(&loss, input, &written) == other(input, weight: 0.3, accumulatingInto: &added))
    expectEqual(written, added)
  }

  @Test func lenientLossLeavesTheSampleOut() throws {
    var input: TensorBatch<Double> = batch(classes: 7, dimension: 40)
    var loss = TripletCenterLoss<Double>(sampler: .networkSemantic(), nonFinite: .lenient)
    var other = loss
    var without = input
    without.included = (0..<13).map { $0 != 4 }
    input.inclusion![4, 3] = .nan
    var (written, added) = (rubbish(input), TensorGradients(zerosFor: input))
    let value = try write(&loss, input, &written)
    #expect(value.validCount == 12)
    #expect(try value == other(without, weight: 0.3, accumulatingInto: &added))
    expectEqual(written, added)
    let records = [loss, other].map { ($0.sampler as? NetworkSemanticSampler<Double>)?.record }
    #expect(records[0] == records[1] && records[0]?.count == 49)
  }

  @Test func batchWithoutNegativesWritesZeros() throws {
    var input: TensorBatch<Float> = batch(classes: 3, dimension: 20)
    input.eligible = [false, false, false]
    var loss = TripletCenterLoss<Float>.amtc3l()
    var written = rubbish(input)
    #expect(try write(&loss, input, &written).validCount == 0)
    expectEqual(written, TensorGradients(zerosFor: input))
  }

  @Test func samplersOfOthersMeetFiniteNumbersOnly() throws {
    // A sampler of somebody else's has to be called with finite numbers only.
    struct Careful: NegativeSampler {
      func select(for batch: MetricBatch<Float>, into selection: inout NegativeSelection) {
        selection.reset(.perSample, samples: batch.count, dimension: batch.dimension)
        for i in 0..<batch.count {
          for j in 0..<batch.dimension { precondition(batch.embeddings[i, j].isFinite) }
          selection.choose((batch.labels[i] + 1) % 7, forSample: i)
        }
      }
    }
    var input: TensorBatch<Float> = batch(classes: 7, dimension: 20)
    input.eligible = nil
    var loss = TripletCenterLoss<Float>.amtc3l()
    loss.sampler = Careful()
    var (written, added) = (rubbish(input), TensorGradients(zerosFor: input))
    #expect(try write(&loss, input, &written) == loss(input, weight: 0.3, accumulatingInto: &added))
    expectEqual(written, added)
    input.embeddings[3, 7] = .nan
    #expect(throws: MetricError.nonFinite(.embeddings, row: 3, column: 7)) { try write(&loss, input, &written) }
  }

  /// Written and added gradients of a loss, with all buffers and without some, and with samples left out.
  ///
  /// - Parameter inclusion: What has the shape of a gradient by inclusion weights that the batch does not have.
  private func compare<Loss: MetricLoss>(
    _ loss: Loss, _ input: TensorBatch<Loss.Scalar>, inclusion: Tensor<Loss.Scalar>? = nil
  ) throws {
    for included in [nil, (0..<input.labels.count).map { $0 != 2 && $0 != 5 }] {
      for missing in [[], [0], [1], [0, 2]] {
        var input = input
        input.included = included
        var (written, added) = (rubbish(input), TensorGradients(zerosFor: input))
        if let inclusion {
          (written.inclusion, added.inclusion) = (inclusion, Tensor(zeros: inclusion.shape))
        }
        if missing.contains(0) { (written.embeddings, added.embeddings) = (nil, nil) }
        if missing.contains(1) { (written.centers, added.centers) = (nil, nil) }
        if missing.contains(2) { (written.inclusion, added.inclusion) = (nil, nil) }
        var (loss, other) = (loss, loss)
        #expect(try write(&loss, input, &written) == other(input, weight: 0.3, accumulatingInto: &added))
        expectEqual(written, added)
        if let pulled = added.embeddings { #expect(pulled.norm() > 0) }
      }
    }
  }

  @Test(arguments: [1, 15, 16, 63, 129, 600]) func centerLossesEqualThoseAddedToZeros(dimension: Int) throws {
    let input: TensorBatch<Float> = batch(classes: 7, dimension: dimension)
    var without = input
    without.inclusion = nil
    for normalization in CenterConvention.Normalization.allCases {
      for reduction in CenterConvention.Reduction.allCases {
        for isWeighted in [false, true] {
          let convention = CenterConvention(
            normalization: normalization, factor: 0.5, reduction: reduction, isWeighted: isWeighted)
          // A direction of one coordinate is ±1 and gets no gradient.
          guard dimension > 1 || normalization == .none else { continue }
          try compare(CenterLoss<Float>(convention), input)
          if !isWeighted { try compare(CenterLoss<Float>(convention), without, inclusion: input.inclusion) }
        }
      }
    }
  }

  @Test(arguments: CenterConvention.Normalization.allCases) func centerLossNamesTheNumber(
    normalization: CenterConvention.Normalization
  ) throws {
    let convention = CenterConvention(
      normalization: normalization, factor: 1, reduction: .mean, isWeighted: normalization == .none)
    for bad in [Double.nan, .infinity, -.infinity] {
      for role in [MetricRole.embeddings, .inclusion, .centers] {
        var input: TensorBatch<Double> = batch(classes: 7, dimension: 30)
        switch role {
        case .embeddings: input.embeddings[12, 29] = bad
        case .inclusion: input.inclusion![12, 29] = bad
        default: input.centers![6, 29] = bad
        }
        var gradients = rubbish(input)
        var loss = CenterLoss<Double>(convention)
        #expect(throws: MetricError.nonFinite(role, row: role == .centers ? 6 : 12, column: 29)) {
          try write(&loss, input, &gradients)
        }
        guard role != .centers else { continue }
        var (lenient, other) = (CenterLoss<Double>(convention, nonFinite: .lenient), loss)
        var without = input
        without.included = (0..<13).map { $0 != 12 }
        var added = TensorGradients(zerosFor: without)
        gradients = rubbish(input)
        #expect(try write(&lenient, input, &gradients) == other(without, weight: 0.3, accumulatingInto: &added))
        expectEqual(gradients, added)
      }
    }
  }

  @Test func sumsThatLeaveTheRangeOfNumbersAreStillGiven() throws {
    var input: TensorBatch<Float> = batch(classes: 7, dimension: 30)
    input.embeddings[3, 4] = 1e30
    var loss = CenterLoss<Float>(.wen)
    var written = rubbish(input)
    #expect(try write(&loss, input, &written).value == .infinity)
    #expect(written.embeddings!.norm().isFinite)
  }

  @Test(arguments: Backend.compiled) func proxyLossesEqualThoseAddedToZeros(backend: Backend) throws {
    // As many samples and proxies as matrix products are taken for, and fewer.
    for (samples, dimension) in [(13, 20), (40, 33)] {
      try withBackend(backend) {
        var input: TensorBatch<Float> = batch(classes: 40, dimension: dimension, samples: samples)
        input.labels = (0..<samples).map { $0 % 10 }
        try compare(SoftTripleLoss<Float>(proxiesPerClass: 4), input)
        try compare(ArcFaceLoss<Float>(), input)
        try compare(ProxyAnchorLoss<Float>(), input)
        input.embeddings[12, 3] = .nan
        var gradients = rubbish(input)
        var loss = ArcFaceLoss<Float>()
        #expect(throws: MetricError.nonFinite(.embeddings, row: 12, column: 3)) { try write(&loss, input, &gradients) }
      }
    }
  }

  @Test(arguments: Backend.compiled) func pairLossesEqualThoseAddedToZeros(backend: Backend) throws {
    for (samples, dimension) in [(13, 20), (40, 33), (70, 1)] {
      try withBackend(backend) {
        var generator = SeededGenerator(seed: 6)
        var input: TensorBatch<Float> = batch(classes: 4, dimension: dimension, samples: samples)
        try comparePairLosses(input)
        (input.references, input.referenceLabels) = (.normal([50, dimension], &generator), (0..<50).map { $0 % 4 })
        try comparePairLosses(input)
      }
    }
  }

  private func comparePairLosses(_ input: TensorBatch<Float>) throws {
    // A direction of one coordinate gets no gradient.
    if input.embeddings.shape[1] > 1 {
      try compare(NTXentLoss<Float>(), input)
      try compare(SupConLoss<Float>(distance: .dotProduct()), input)
      try compare(MultiSimilarityLoss<Float>(miner: .multiSimilarity()), input)
      try compare(TripletMarginLoss<Float>(), input)
      try compare(ContrastiveLoss<Float>(negativeMargin: 9, distance: .lp(1)), input)
      try compare(ContrastiveLoss<Float>(negativeMargin: 9, distance: .signalToNoise()), input)
    }
    try compare(ContrastiveLoss<Float>(distance: .squaredEuclidean), input)
    try compare(NTXentLoss<Float>(temperature: 9, distance: .dotProduct(normalized: false)), input)
  }

  @Test func pairLossesLookAtNormsOrNumbers() throws {
    for place in [3, 19] {
      for bad in [Float.nan, .infinity, -.infinity] {
        var input: TensorBatch<Float> = batch(classes: 4, dimension: 20)
        input.embeddings[12, place] = bad
        var gradients = rubbish(input)
        for distance in [PairwiseDistance<Float>.cosine, .lp(1), .lp(3), .euclidean] {
          var loss = NTXentLoss<Float>(distance: distance)
          #expect(throws: MetricError.nonFinite(.embeddings, row: 12, column: place)) {
            try write(&loss, input, &gradients)
          }
          var (lenient, other) = (NTXentLoss<Float>(distance: distance, nonFinite: .lenient), loss)
          var without = input
          without.included = (0..<13).map { $0 != 12 }
          var (written, added) = (rubbish(input), TensorGradients(zerosFor: without))
          #expect(try write(&lenient, input, &written) == other(without, weight: 0.3, accumulatingInto: &added))
          expectEqual(written, added)
        }
      }
    }
    // No direction, and a length beyond single precision: both are finite.
    var input: TensorBatch<Float> = batch(classes: 4, dimension: 20)
    for j in 0..<20 { (input.embeddings[1, j], input.embeddings[2, j]) = (0, 3e19) }
    var (loss, written, added) = (NTXentLoss<Float>(), rubbish(input), TensorGradients(zerosFor: input))
    #expect(try write(&loss, input, &written) == loss(input, weight: 0.3, accumulatingInto: &added))
    expectEqual(written, added)
    // Nothing to compare.
    input.labels = Array(0..<13)
    #expect(try write(&loss, input, &written).value == 0)
    expectEqual(written, TensorGradients(zerosFor: input))
  }

  @Test func attentiveTripletsEqualThoseAddedToZeros() throws {
    var input: TensorBatch<Float> = batch(classes: 4, dimension: 20)
    for weights in [nil, (0..<13).map { Float($0 % 3) / 2 }] {
      input.weights = weights
      var options = AttentiveTripletOptions()
      try compare(AttentiveTripletLoss<Float>(dimension: 20, options: options), input)
      options.baseSamples = .highWeight
      options.metricSpace = .normalized
      try compare(AttentiveTripletLoss<Float>(dimension: 20, options: options), input)
    }
    var loss = AttentiveTripletLoss<Float>(dimension: 20)
    input.labels = Array(0..<13)
    input.weights = nil
    var written = rubbish(input)
    #expect(try write(&loss, input, &written).value == 0)
    expectEqual(written, TensorGradients(zerosFor: input))
  }

  @Test func otherLossesWriteByDefault() throws {
    let input: TensorBatch<Float> = batch(classes: 7, dimension: 20)
    var loss = TripletLoss<Float>.batchHard(margin: 0.3)
    var (written, added) = (rubbish(input), TensorGradients(zerosFor: input))
    #expect(try write(&loss, input, &written) == loss(input, weight: 0.3, accumulatingInto: &added))
    expectEqual(written, added)
    #expect(written.embeddings!.array.contains { $0 != 0 })
  }
}
