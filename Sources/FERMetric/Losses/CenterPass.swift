/// One pass of the triplet-center loss over a batch, for any legal options: the obvious computation, coordinate by
/// coordinate, of which the fused kernel is the fast form.
struct CenterPass<Scalar: TensorScalar> {
  let options: TripletCenterOptions
  /// Multiplies the bracket: 1, or 1/D for the mean over coordinates.
  let bracketScale: Scalar
  /// Multiplies each sample's gradient: the loss's weight, and 1/valid for the mean over samples.
  let sampleWeight: Scalar
  let positiveWeight: Scalar
  let distanceScale: Scalar
  let squashScale: Scalar
  let differentiates: Bool

  /// The scalars as the fused kernel takes them.
  let fusedScales: MetricKernels<Scalar>.TripletCenterScales

  init(validCount: Int, weight: Double, dimension: Int, options: TripletCenterOptions, differentiates: Bool) {
    let row = options.dimensionReduction == .mean ? 1 / Double(dimension) : 1
    let gradient = options.batchReduction == .mean ? weight / Double(validCount) : weight
    fusedScales = .init(
      positiveWeight: options.positiveWeight * options.distanceScale, negativeWeight: options.distanceScale,
      squash: options.squash == .none ? nil : options.squashScale, takesRoots: options.power == .root, row: row,
      gradient: gradient, negativeCenterGradient: options.negativeCenterGradient)
    self.options = options
    self.differentiates = differentiates
    bracketScale = Scalar(row)
    sampleWeight = Scalar(gradient)
    positiveWeight = Scalar(options.positiveWeight)
    distanceScale = Scalar(options.distanceScale)
    squashScale = Scalar(options.squashScale)
  }

  /// Runs the pass: losses of samples are written, gradients are added.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func run(
    _ batch: MetricBatch<Scalar>, selection: NegativeSelection, margins: Span<Scalar>,
    losses: inout MutableSpan<Scalar>, gradients: inout MetricGradients<Scalar>,
    marginGradients: inout MutableSpan<Scalar>
  ) -> MetricKernels<Scalar>.TripletCenterSums {
    let centers = batch.requiredCenters
    var sums = MetricKernels<Scalar>.TripletCenterSums(loss: 0, active: 0, margin: 0, positive: 0, negative: 0)
    for i in 0..<batch.count {
      losses[i] = 0
      guard selection.valid[i] else { continue }
      let own = batch.labels[i]
      let positive = distance(batch, centers, sample: i, weighted: true) { _ in own }
      sums.margin += Double(margins[i])
      sums.positive += Double(positive)
      if case .allOthers(let reduction) = selection.form {
        let others = (0..<centers.rows).filter { batch.isCandidate($0, against: own) }
        let share: Scalar = reduction == .mean ? 1 / Scalar(others.count) : 1
        for other in others {
          visit(
            batch, centers, sample: i, positive: positive, margin: margins[i], share: share,
            part: 1 / Double(others.count), &sums, &losses, &gradients, &marginGradients
          ) { _ in other }
        }
      } else {
        visit(
          batch, centers, sample: i, positive: positive, margin: margins[i], share: 1, part: 1, &sums, &losses,
          &gradients, &marginGradients
        ) { selection.negativeClass(ofSample: i, coordinate: $0) }
      }
    }
    return sums
  }

  /// One sample against one negative.
  @inline(__always)
  private func visit(
    _ batch: MetricBatch<Scalar>, _ centers: MatrixView<Scalar>, sample i: Int, positive: Scalar, margin: Scalar,
    share: Scalar, part: Double, _ sums: inout MetricKernels<Scalar>.TripletCenterSums,
    _ losses: inout MutableSpan<Scalar>, _ gradients: inout MetricGradients<Scalar>,
    _ marginGradients: inout MutableSpan<Scalar>, negativeClass: (Int) -> Int
  ) {
    let own = batch.labels[i]
    let negative = distance(
      batch, centers, sample: i, weighted: options.attentionOn == .both, classOf: negativeClass)
    sums.negative += Double(negative) * part
    let outcome = combine(positive: positive, negative: negative, margin: margin)
    sums.active += outcome.isActive ? part : 0
    sums.loss += Double(share * outcome.value)
    losses[i] += share * outcome.value
    guard differentiates && outcome.hasGradient else { return }
    let scale = share * sampleWeight
    accumulate(
      batch, centers, sample: i, slope: scale * outcome.positiveSlope, weighted: true, reachesCenter: true, &gradients
    ) { _ in own }
    accumulate(
      batch, centers, sample: i, slope: scale * outcome.negativeSlope, weighted: options.attentionOn == .both,
      reachesCenter: options.negativeCenterGradient, &gradients, classOf: negativeClass)
    marginGradients[i] += scale * outcome.marginSlope
  }

  /// The sum over coordinates of the weighted distance to the centers of the given classes.
  @inline(__always)
  private func distance(
    _ batch: MetricBatch<Scalar>, _ centers: MatrixView<Scalar>, sample i: Int, weighted: Bool, classOf: (Int) -> Int
  ) -> Scalar {
    var sum: Scalar = 0
    for j in 0..<batch.dimension {
      let weight = weighted ? batch.inclusion?[i, j] ?? 1 : 1
      sum += term(batch.embeddings[i, j], centers[classOf(j), j], weight).value
    }
    return sum
  }

  /// Adds slope × the gradient of a distance.
  @inline(__always)
  private func accumulate(
    _ batch: MetricBatch<Scalar>, _ centers: MatrixView<Scalar>, sample i: Int, slope: Scalar, weighted: Bool,
    reachesCenter: Bool, _ gradients: inout MetricGradients<Scalar>, classOf: (Int) -> Int
  ) {
    for j in 0..<batch.dimension {
      let weight = weighted ? batch.inclusion?[i, j] ?? 1 : 1
      let k = classOf(j)
      let term = term(batch.embeddings[i, j], centers[k, j], weight)
      gradients.embeddings?[i, j] += slope * term.embedding
      if reachesCenter { gradients.centers?[k, j] += slope * term.center }
      if weighted { gradients.inclusion?[i, j] += slope * term.weight }
    }
  }
}
