/// One pass of ``AttentiveTripletLoss`` over a batch: the terms, and their gradients before the loss's weight.
struct AttentiveTripletPass<Scalar: TensorScalar> {
  let options: AttentiveTripletOptions
  let samples: AttentiveSamples<Scalar>
  let metric: MahalanobisMetric<Scalar>
  let differentiates: Bool

  private(set) var terms = AttentiveTripletTerms<Scalar>()
  private(set) var report = LossValue<Scalar>()
  /// By the embeddings, `[N, D]`.
  private var embeddingGradient: Tensor<Scalar>
  /// By the attention weights, `[N]`.
  private var weightGradient: [Scalar]
  /// By the metric's map, `[R, D]`; `nil` if it is not learned, or gets none.
  private(set) var mapGradient: Tensor<Scalar>?

  /// Computes everything.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(
    _ samples: AttentiveSamples<Scalar>, options: AttentiveTripletOptions, metric: MahalanobisMetric<Scalar>,
    differentiates: Bool
  ) {
    self.options = options
    self.samples = samples
    self.metric = metric
    self.differentiates = differentiates
    embeddingGradient = Tensor(zeros: samples.embeddings.shape)
    weightGradient = Array(repeating: 0, count: samples.count)
    let high = samples.weights.map { options.selection.indices(of: $0.span) } ?? Array(0..<samples.count)
    terms.highWeightCount = high.count
    addBase(among: options.baseSamples == .all ? Array(0..<samples.count) : high)
    if options.metricWeight > 0 { addMetric(among: high) }
    if options.rankWeight > 0, let weights = samples.weights {
      let penalty = RankPenalty(weights, margin: options.rankMargin, share: options.rankShare)
      terms.rank = penalty.value
      penalty.accumulate(Scalar(options.rankWeight), into: &weightGradient)
    }
    report.value =
      terms.base + Scalar(options.metricWeight) * terms.metric + Scalar(options.rankWeight) * terms.rank
  }

  /// L_tri: the hardest triplets by the distances of normalized embeddings.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func addBase(among chosen: [Int]) {
    let points = AttentiveSamples.rows(samples.normalized, chosen)
    let triplets = SampleTriplet.hardest(among: points.matrix, labels: chosen.map { samples.labels[$0] })
    terms.baseCount = triplets.count
    report.validCount = triplets.count
    guard !triplets.isEmpty else { return }
    let hinge = TripletHinge(margin: Scalar(options.baseMargin), power: .squared)
    let (outcome, gradient) = evaluate(hinge, points, triplets, chosen, weight: 1)
    let share = 1 / Double(triplets.count)
    terms.base = Scalar(outcome.loss * share)
    report.activeFraction = Scalar(Double(outcome.activeCount) * share)
    report.meanMargin = Scalar(options.baseMargin)
    report.meanPositiveDistance = Scalar(outcome.positive * share)
    report.meanNegativeDistance = Scalar(outcome.negative * share)
    if let gradient { samples.addNormalized(scattered(gradient, chosen), to: &embeddingGradient) }
  }

  /// L_M: the hardest triplets among samples of high weight, measured by the metric.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func addMetric(among high: [Int]) {
    guard high.count > 1 else { return }
    let isRaw = options.metricSpace == .raw
    let points = AttentiveSamples.rows(isRaw ? samples.embeddings : samples.normalized, high)
    let mapped = MappedPoints(points.matrix, by: metric)
    let judged = options.hardness == .metric ? mapped.images : AttentiveSamples.rows(samples.normalized, high)
    let triplets = SampleTriplet.hardest(among: judged.matrix, labels: high.map { samples.labels[$0] })
    terms.metricCount = triplets.count
    guard !triplets.isEmpty else { return }
    let hinge = TripletHinge(margin: Scalar(options.metricMargin), power: metric.power)
    let (outcome, gradient) = evaluate(hinge, mapped.images, triplets, high, weight: options.metricWeight)
    terms.metric = Scalar(outcome.loss / Double(triplets.count))
    guard let gradient, outcome.activeCount > 0 else { return }
    if case .learned = options.metric { mapGradient = mapped.mapGradient(gradient) }
    let byPoint = scattered(mapped.pointGradient(gradient), high)
    if isRaw { embeddingGradient += byPoint } else { samples.addNormalized(byPoint, to: &embeddingGradient) }
  }

  /// The hinges of triplets of chosen samples, each times its factor, and the gradient of their mean.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func evaluate(
    _ hinge: TripletHinge<Scalar>, _ points: Tensor<Scalar>, _ triplets: [SampleTriplet], _ chosen: [Int],
    weight: Double
  ) -> (outcome: TripletHinge<Scalar>.Outcome, gradient: Tensor<Scalar>?) {
    let scale = Scalar(weight / Double(triplets.count))
    let factors = triplets.map { factor($0, chosen) }
    var gradient = differentiates ? Tensor<Scalar>(zeros: points.shape) : nil
    let outcome = hinge.run(points.matrix, triplets, factors: factors, scale: scale, gradient: &gradient)
    if options.attachesWeighting && differentiates {
      for (triplet, hinge) in zip(triplets, outcome.hinges) where hinge > 0 {
        addFactorGradient(triplet, chosen, scale * hinge)
      }
    }
    return (outcome, gradient)
  }

  /// By what a triplet's hinge is multiplied.
  private func factor(_ triplet: SampleTriplet, _ chosen: [Int]) -> Scalar {
    guard let weights = samples.weights else { return 1 }
    let (a, p, n) = (
      weights[chosen[triplet.anchor]], weights[chosen[triplet.positive]], weights[chosen[triplet.negative]]
    )
    return switch options.weighting {
    case .none: 1
    case .product: a * p * n
    case .mean: (a + p + n) / 3
    }
  }

  private mutating func addFactorGradient(_ triplet: SampleTriplet, _ chosen: [Int], _ slope: Scalar) {
    guard let weights = samples.weights else { return }
    let places = [chosen[triplet.anchor], chosen[triplet.positive], chosen[triplet.negative]]
    for (k, place) in places.enumerated() {
      let others = weights[places[(k + 1) % 3]] * weights[places[(k + 2) % 3]]
      weightGradient[place] += slope * (options.weighting == .product ? others : 1 / 3)
    }
  }

  /// Rows of chosen samples as rows of all.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func scattered(_ gradient: Tensor<Scalar>, _ chosen: [Int]) -> Tensor<Scalar> {
    guard chosen.count < samples.count else { return gradient }
    var result = Tensor<Scalar>(zeros: samples.embeddings.shape)
    var rows = result.mutableMatrix
    for (i, place) in chosen.enumerated() {
      var row = rows[row: place]
      Scalar.metricKernels.add(gradient.matrix[row: i], scaledBy: 1, to: &row)
    }
    return result
  }

  /// Adds `weight` × gradient to the buffers of the batch.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func add(_ weight: Scalar, to gradients: inout MetricGradients<Scalar>) {
    for (i, place) in samples.places.enumerated() {
      if var row = gradients.embeddings?[row: place] {
        Scalar.metricKernels.add(embeddingGradient.matrix[row: i], scaledBy: weight, to: &row)
      }
      gradients.weights?[place] += weight * weightGradient[i]
    }
  }
}
