/// One pass of ``AttentiveTripletLoss`` over a batch: the terms, and what their gradients are made of.
struct AttentiveTripletPass<Scalar: TensorScalar> {
  let options: AttentiveTripletOptions
  let samples: AttentiveSamples<Scalar>
  let metric: MahalanobisMetric<Scalar>

  private(set) var terms = AttentiveTripletTerms<Scalar>()
  private(set) var report = LossValue<Scalar>()
  /// Derivatives of L by the squared distances of the base term's points, and which samples these are.
  private var base: (slopes: ListedSlopes<Scalar>, points: Tensor<Scalar>, chosen: [Int])?
  /// The same of the metric term.
  private var mapped: (slopes: ListedSlopes<Scalar>, points: MappedPoints<Scalar>, chosen: [Int])?
  /// By the attention weights, `[N]`.
  private var weightGradient: [Scalar]

  /// Computes the terms.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(_ samples: AttentiveSamples<Scalar>, options: AttentiveTripletOptions, metric: MahalanobisMetric<Scalar>) {
    self.options = options
    self.samples = samples
    self.metric = metric
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
    var table = Tensor<Scalar>(uninitialized: [chosen.count, chosen.count])
    Scalar.pairKernels.sums(.power(2), points.matrix, into: &table)
    let triplets = SampleTriplet.hardest(by: table.matrix, labels: chosen.map { samples.labels[$0] })
    terms.baseCount = triplets.count
    report.validCount = triplets.count
    guard !triplets.isEmpty else { return }
    let hinge = TripletHinge(margin: Scalar(options.baseMargin), power: .squared)
    let outcome = evaluate(hinge, triplets, by: table, chosen, weight: 1)
    let share = 1 / Double(triplets.count)
    terms.base = Scalar(outcome.loss * share)
    report.activeFraction = Scalar(Double(outcome.activeCount) * share)
    report.meanMargin = Scalar(options.baseMargin)
    report.meanPositiveDistance = Scalar(outcome.positive * share)
    report.meanNegativeDistance = Scalar(outcome.negative * share)
    if outcome.activeCount > 0 { base = (outcome.slopes, points, chosen) }
  }

  /// L_M: the hardest triplets among samples of high weight, measured by the metric.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func addMetric(among high: [Int]) {
    guard high.count > 1 else { return }
    let rows = options.metricSpace == .raw ? samples.embeddings : samples.normalized
    let points = MappedPoints(AttentiveSamples.rows(rows, high).matrix, by: metric)
    let table = points.squares()
    let labels = high.map { samples.labels[$0] }
    let triplets =
      options.hardness == .metric
      ? SampleTriplet.hardest(by: table.matrix, labels: labels)
      : SampleTriplet.hardest(among: AttentiveSamples.rows(samples.normalized, high).matrix, labels: labels)
    terms.metricCount = triplets.count
    guard !triplets.isEmpty else { return }
    let hinge = TripletHinge(margin: Scalar(options.metricMargin), power: metric.power)
    let outcome = evaluate(hinge, triplets, by: table, high, weight: options.metricWeight)
    terms.metric = Scalar(outcome.loss / Double(triplets.count))
    if outcome.activeCount > 0 { mapped = (outcome.slopes, points, high) }
  }

  /// The hinges of triplets of chosen samples, each times its factor, and the derivatives of `weight` × their mean.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func evaluate(
    _ hinge: TripletHinge<Scalar>, _ triplets: [SampleTriplet], by table: Tensor<Scalar>, _ chosen: [Int],
    weight: Double
  ) -> TripletHinge<Scalar>.Outcome {
    let scale = Scalar(weight / Double(triplets.count))
    let factors = options.weighting == .none ? nil : triplets.map { factor($0, chosen) }
    let squares = SampleTriplet.squares(of: triplets, in: table.matrix)
    let outcome = hinge.run(triplets, near: squares.near, far: squares.far, factors: factors, scale: scale)
    if options.attachesWeighting {
      for (triplet, hinge) in zip(triplets, outcome.hinges) where hinge > 0 {
        addFactorGradient(triplet, chosen, scale * hinge)
      }
    }
    return outcome
  }

  /// By what a triplet's hinge is multiplied.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
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

  /// Adds or writes `weight` × gradient to the buffers of the batch; adds it to that of the metric's map, if it is
  /// learned.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func put(
    _ weight: Scalar, into gradients: inout MetricGradients<Scalar>, map: inout MetricParameter<Scalar>?,
    _ use: GradientUse
  ) {
    // The base term may have a gradient for every embedding of the batch.
    let coversRows = gradients.embeddings?.rows == base?.chosen.count
    if use == .written { if coversRows { gradients.clearBesidesEmbeddings() } else { gradients.clear() } }
    if let base, gradients.embeddings != nil {
      var byPoints = Tensor<Scalar>(zeros: base.points.shape)
      base.slopes.accumulate(through: base.points, factor: weight, into: &byPoints)
      samples.put(
        byNormalized: byPoints, base.chosen, writes: use == .written && coversRows, into: &gradients.embeddings!)
    }
    if let mapped, map != nil || gradients.embeddings != nil {
      let byImages = mapped.points.imageGradient(mapped.slopes, factor: weight)
      if map != nil {
        var sink = map!.gradient.mutableMatrix
        mapped.points.accumulateMapGradient(byImages, into: &sink)
      }
      if gradients.embeddings != nil {
        let byPoints = mapped.points.pointGradient(mapped.slopes, factor: weight, byImages: byImages)
        if options.metricSpace == .raw {
          samples.add(byPoints, mapped.chosen, to: &gradients.embeddings!)
        } else {
          samples.put(byNormalized: byPoints, mapped.chosen, writes: false, into: &gradients.embeddings!)
        }
      }
    }
    for (i, place) in samples.places.enumerated() { gradients.weights?[place] += weight * weightGradient[i] }
  }
}
