import FERMetric
import Testing

/// The paragraphs of the specification's acceptance list that speak of batches, cross-entropy, centers and metrics.
extension AcceptanceTests {
  func permutationAndDuplication<S>(_ run: AcceptanceRun<S>) throws {
    let batch = run.randomBatch(samples: 12, classes: 5, dimension: 11, seed: 19)
    let order = [7, 2, 11, 0, 5, 9, 1, 10, 3, 8, 4, 6]
    func rows(_ tensor: Tensor<S>) -> Tensor<S> { Tensor(concatenating: order.map { tensor[rows: $0..<$0 + 1] }) }
    let permuted = TensorBatch(
      embeddings: rows(batch.embeddings), labels: order.map { batch.labels[$0] }, centers: batch.centers,
      inclusion: rows(batch.inclusion!), predictions: order.map { batch.predictions![$0] })
    let doubled = TensorBatch(
      embeddings: Tensor(concatenating: [batch.embeddings, batch.embeddings]), labels: batch.labels + batch.labels,
      centers: batch.centers, inclusion: Tensor(concatenating: [batch.inclusion!, batch.inclusion!]),
      predictions: batch.predictions! + batch.predictions!)

    let samplers: [any NegativeSampler<S>] = [
      .mathSynth(), .networkSemantic(), .mixed(), .nearestCenter(), .allCenters(),
    ]
    for sampler in samplers {
      var losses = (0..<3).map { _ in TripletCenterLoss<S>(sampler: sampler) }
      let plain = try run.train(&losses[0], batch)
      let other = try run.train(&losses[1], permuted)
      let twice = try run.train(&losses[2], doubled)
      for changed in [other, twice] {
        run.expectRelative([changed.value.value], [plain.value.value])
        run.expectRelative(changed.gradients.centers!.array, plain.gradients.centers!.array)
      }
      run.expectRelative(other.gradients.embeddings!.array, rows(plain.gradients.embeddings!).array)
      run.expectRelative(other.gradients.inclusion!.array, rows(plain.gradients.inclusion!).array)
      let plainChoice = try run.select(sampler, batch)
      let otherChoice = try run.select(sampler, permuted)
      if case .allOthers = plainChoice.form { continue }
      for (place, source) in order.enumerated() {
        for j in 0..<11 {
          #expect(
            otherChoice.negativeClass(ofSample: place, coordinate: j)
              == plainChoice.negativeClass(ofSample: source, coordinate: j))
        }
      }
      if let semantic = losses[0].sampler as? NetworkSemanticSampler<S> {
        #expect((losses[1].sampler as? NetworkSemanticSampler<S>)?.record == semantic.record)
        #expect((losses[2].sampler as? NetworkSemanticSampler<S>)?.record == semantic.record * 2)
      }
    }
  }

  func nonFinite<S>(_ run: AcceptanceRun<S>) throws {
    let clean = run.randomBatch(samples: 8, classes: 7, dimension: 20, seed: 20)
    var broken = clean
    broken.embeddings[3, 5] = .nan
    let keep = [0, 1, 2, 4, 5, 6, 7]
    func rows(_ tensor: Tensor<S>) -> Tensor<S> { Tensor(concatenating: keep.map { tensor[rows: $0..<$0 + 1] }) }
    let without = TensorBatch(
      embeddings: rows(clean.embeddings), labels: keep.map { clean.labels[$0] }, centers: clean.centers,
      inclusion: rows(clean.inclusion!), predictions: keep.map { clean.predictions![$0] })

    let samplers: [any NegativeSampler<S>] = [
      .mathSynth(), .networkSemantic(), .mixed(), .nearestCenter(), .presentNearestCenter(), .allCenters(),
      .randomCenter(seed: 4), .networkSemantic(scope: .batch, fallback: .random(seed: 1)),
    ]
    for sampler in samplers {
      var strict = TripletCenterLoss<S>(sampler: sampler)
      #expect(throws: MetricError.nonFinite(.embeddings, row: 3, column: 5)) { try run.train(&strict, broken) }

      var lenient = TripletCenterLoss<S>(sampler: sampler, nonFinite: .lenient)
      var reference = TripletCenterLoss<S>(sampler: sampler)
      let left = try run.train(&lenient, broken)
      let right = try run.train(&reference, without)
      #expect(left.value == right.value)
      #expect(left.gradients.centers == right.gradients.centers)
      #expect(rows(left.gradients.embeddings!) == right.gradients.embeddings)
      #expect(rows(left.gradients.inclusion!) == right.gradients.inclusion)
      #expect(left.gradients.embeddings![row: 3].array.allSatisfy { $0 == 0 })
      if let semantic = lenient.sampler as? NetworkSemanticSampler<S> {
        #expect(semantic.record == (reference.sampler as? NetworkSemanticSampler<S>)?.record)
      }

      var poisoned = clean
      poisoned.centers![6, 0] = .infinity
      #expect(throws: MetricError.nonFinite(.centers, row: 6, column: 0)) { try run.train(&lenient, poisoned) }
    }

    // Weights and margins as well.
    for role in [MetricRole.inclusion, .margins] {
      var (broken, without) = (clean, without)
      (broken.margins, without.margins) = (Array(repeating: 6, count: 8), Array(repeating: 6, count: 7))
      if role == .inclusion { broken.inclusion![3, 5] = .infinity } else { broken.margins![3] = .nan }
      let margin: any MarginGenerator<S> = role == .inclusion ? .adaptive() : .perSample()
      var lenient = TripletCenterLoss<S>(margin: margin, nonFinite: .lenient)
      var reference = TripletCenterLoss<S>(margin: margin)
      let left = try run.train(&lenient, broken)
      let right = try run.train(&reference, without)
      #expect(left.value == right.value && left.value.validCount == 7)
      #expect(left.gradients.centers == right.gradients.centers)
      #expect(rows(left.gradients.embeddings!) == right.gradients.embeddings)
      #expect(rows(left.gradients.inclusion!) == right.gradients.inclusion)
      #expect(left.gradients.embeddings![row: 3].array.allSatisfy { $0 == 0 })
      #expect(left.gradients.inclusion![row: 3].array.allSatisfy { $0 == 0 })
      #expect(left.gradients.margins![3] == 0)
    }
    var weighted = clean
    weighted.inclusion![7, 19] = -.infinity
    var strict = TripletCenterLoss<S>()
    #expect(throws: MetricError.nonFinite(.inclusion, row: 7, column: 19)) { try run.train(&strict, weighted) }
  }

  func crossEntropyAndTotal<S>(_ run: AcceptanceRun<S>) throws {
    let logits = Tensor<S>([0, run.ln3], shape: [1, 2])
    var gradient = Tensor<S>(zeros: [1, 2])
    let labels = [0]
    let value = try run.lend(matrix: logits) { logits in
      try run.lend(sink: &gradient) {
        try SoftmaxCrossEntropy<S>()(logits, labels: labels.span, accumulatingInto: &$0)
      }
    }
    run.expect(value, Double.logarithm(4))
    run.expect(gradient.array, [-0.75, 0.75])

    var objective = JointObjective<S>(metric: TripletCenterLoss<S>.amtc3l(), lambda: 0.01)
    var totals = Tensor<S>(zeros: [1, 2])
    let (joint, gradients) = try run.collect(for: run.fixture1()) { sinks in
      try run.lend(run.fixture1()) { batch in
        try run.lend(matrix: logits) { logits in
          try run.lend(sink: &totals) { try objective(logits, batch, logitGradient: &$0, gradients: &sinks) }
        }
      }
    }
    run.expect(joint.total, Double.logarithm(4) + 0.0175)
    run.expect(joint.total, 1.40379436, within: 5e-9 + run.tolerance)
    run.expect(totals.array, [-0.75, 0.75])
    run.expect(gradients.embeddings!.array, [0.00125, -0.0009375])
  }

  func centerUpdates<S>(_ run: AcceptanceRun<S>) throws {
    let samples = Tensor<S>([1, 0, 3, 0], shape: [2, 2])
    let labels = [0, 0]
    let start = Tensor<S>([0, 0, 0.3, -0.7], shape: [2, 2])
    let half = Tensor<S>(repeating: 0.5, shape: [2, 2])

    var wen = ClassCenters(start, update: .movingAverage(rate: 0.5, weighted: false))
    run.lend(matrix: samples) { wen.step(embeddings: $0, labels: labels.span) }
    run.expect(wen.matrix[row: 0].array, [2.0 / 3, 0])
    #expect(wen.matrix[row: 1].array == start[row: 1].array)

    var dacl = ClassCenters(start, update: .movingAverage(rate: 0.5, weighted: true))
    run.lend(matrix: samples) { samples in
      run.lend(matrix: half) { dacl.step(embeddings: samples, labels: labels.span, inclusion: $0) }
    }
    run.expect(dacl.matrix[row: 0].array, [1.0 / 3, 0])
    #expect(dacl.matrix[row: 1].array == start[row: 1].array)

    // Gradient steps divide the loss's weight out, so that λ does not slow the centers.
    var descending = ClassCenters(start, update: .gradient(rate: 0.5))
    descending.gradient = Tensor([0.02, -0.04, 0, 0], shape: [2, 2])
    descending.step(lossWeight: 0.01)
    run.expect(descending.matrix[row: 0].array, [-1, 2])
    #expect(descending.matrix[row: 1].array == start[row: 1].array)
    #expect(descending.gradient.array.allSatisfy { $0 == 0 })
  }

  func mahalanobis<S>(_ run: AcceptanceRun<S>) throws {
    let points = Tensor<S>([0, 0, 1, 1, 2, 1], shape: [3, 2])
    let triplet = MahalanobisTriplet<S>.Triplet(anchor: 0, positive: 1, negative: 2)
    func evaluate(_ loss: MahalanobisTriplet<S>, _ triplets: [MahalanobisTriplet<S>.Triplet])
      -> (value: S, embeddings: [S], map: [S])
    {
      var embeddings = Tensor<S>(zeros: [3, 2])
      var map = Tensor<S>(zeros: [2, 2])
      let value = run.lend(matrix: points) { points in
        run.lend(sink: &embeddings) { embeddings in
          run.lend(sink: &map) { loss(points, triplets: triplets, embeddings: &embeddings, map: &$0) }
        }
      }
      return (value, embeddings.array, map.array)
    }
    let metric = MahalanobisMetric<S>(map: Tensor([1, 0, 0, 2], shape: [2, 2]))
    run.lend(matrix: points) { points in
      run.expect(metric.distance(points[row: 0], points[row: 1]), 5)
      run.expect(metric.distance(points[row: 0], points[row: 2]), 8)
    }
    let active = evaluate(MahalanobisTriplet(metric: metric, margin: 5), [triplet])
    run.expect(active.value, 2)
    run.expect(active.embeddings, [2, 0, 2, 8, -4, -8])
    run.expect(active.map, [-6, -2, -4, 0])
    let inactive = evaluate(MahalanobisTriplet(metric: metric, margin: 1), [triplet])
    #expect(inactive.value == 0)
    #expect((inactive.embeddings + inactive.map).allSatisfy { $0 == 0 })

    let euclidean = MahalanobisMetric<S>(euclidean: 2)
    run.expect(euclidean.distance(points.matrix[row: 0], points.matrix[row: 1]), 2)
    run.expect(euclidean.distance(points.matrix[row: 0], points.matrix[row: 2]), 5)

    let weights: [S] = [0.9, 0.4, 0.6]
    #expect(HighWeightSelection.threshold(0.5).indices(of: weights.span) == [0, 2])
    #expect(HighWeightSelection.threshold(0.95).indices(of: weights.span).isEmpty)
    #expect(evaluate(MahalanobisTriplet(metric: metric, margin: 5), []).value == 0)
  }
}
