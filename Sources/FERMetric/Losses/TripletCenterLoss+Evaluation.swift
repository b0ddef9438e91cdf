extension TripletCenterLoss {
  /// What an evaluation gives: the report, and each sample's derivative by its margin, before weight and reduction, where
  /// there is one and gradients are added. Those are written with margins alone that do not learn from it.
  typealias Evaluation = (value: LossValue<Scalar>, slopes: Tensor<Scalar>?)

  /// Selection, margins, the pass over the batch and the margins' own gradient, for samples known to be finite, or with
  /// gradients that are written.
  ///
  /// - Returns: `nil` if gradients were to be written and a number was not finite; they hold anything then.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func evaluate(
    _ batch: MetricBatch<Scalar>, _ selection: inout NegativeSelection, weight: Scalar,
    gradients: inout MetricGradients<Scalar>, use: GradientUse
  ) -> Evaluation? {
    if let objection = options.objection(toMarginsBoundedBy: margin.lowerBound(dimension: batch.dimension)) {
      preconditionFailure(objection)
    }
    if let synthesiser, isFused(for: batch), Scalar.metricKernels.tripletCenterSynthesises(batch.requiredCenters.rows) {
      synthesiser.selectWholeCenters(for: batch, into: &selection)
    } else {
      sampler.select(for: batch, into: &selection)
    }
    selection.settle(for: batch)
    let validCount = selection.valid.count { $0 }
    var report = LossValue<Scalar>(validCount: validCount)
    guard validCount > 0 else {
      if use == .written { return nil }
      if reportsSamples || options.batchReduction == .none { report.samples = Array(repeating: 0, count: batch.count) }
      return (report, nil)
    }

    var marginGradients = Tensor<Scalar>(zeros: [batch.count])
    var losses = Tensor<Scalar>(uninitialized: [batch.count])
    let pass = CenterPass<Scalar>(
      validCount: validCount, weight: Double(weight), dimension: batch.dimension, options: options,
      differentiates: use != .none)
    let sums = run(
      pass, on: batch, against: selection, losses: &losses, gradients: &gradients, marginGradients: &marginGradients,
      use: use)
    guard let sums else { return nil }

    if use != .none {
      gradients.margins?.add(marginGradients.span, scaledBy: Scalar(margin.marginSlope))
      margin.accumulateGradient(ofMargins: marginGradients.span, for: batch, into: &gradients)
    }
    let share = 1 / Double(validCount)
    report.value = Scalar(options.batchReduction == .mean ? sums.loss * share : sums.loss)
    report.activeFraction = Scalar(sums.active * share)
    report.meanMargin = Scalar(sums.margin * share)
    report.meanPositiveDistance = Scalar(sums.positive * share)
    report.meanNegativeDistance = Scalar(sums.negative * share)
    if reportsSamples || options.batchReduction == .none { report.samples = losses.array }
    return (report, use == .added && weight != 0 ? marginGradients * (1 / pass.sampleWeight) : nil)
  }

  /// The pass over the batch: the fused kernel where it reads the options, and the general form elsewhere.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func run(
    _ pass: CenterPass<Scalar>, on batch: MetricBatch<Scalar>, against selection: NegativeSelection,
    losses: inout Tensor<Scalar>, gradients: inout MetricGradients<Scalar>, marginGradients: inout Tensor<Scalar>,
    use: GradientUse
  ) -> MetricKernels<Scalar>.TripletCenterSums? {
    let kernels = Scalar.metricKernels
    var lossSpan = losses.mutableSpan
    var marginGradientSpan = marginGradients.mutableSpan
    let isFused = isFused(for: batch)
    if isFused, let adaptive = margin as? AdaptiveMarginGenerator<Scalar> {
      return kernels.tripletCenter(
        batch, centers: batch.requiredCenters, selection: selection, margins: .perWeight(adaptive.scale),
        scales: pass.fusedScales, losses: &lossSpan, gradients: &gradients, marginGradients: &marginGradientSpan,
        use: use)
    }
    var margins = Tensor<Scalar>(uninitialized: [batch.count])
    var marginSpan = margins.mutableSpan
    margin.margins(for: batch, against: selection, into: &marginSpan)
    guard isFused else {
      precondition(use != .written, "the general pass adds gradients")
      return pass.run(
        batch, selection: selection, margins: margins.span, losses: &lossSpan, gradients: &gradients,
        marginGradients: &marginGradientSpan)
    }
    return kernels.tripletCenter(
      batch, centers: batch.requiredCenters, selection: selection, margins: .given(margins.span),
      scales: pass.fusedScales, losses: &lossSpan, gradients: &gradients, marginGradients: &marginGradientSpan,
      use: use)
  }

  /// Whether the fused kernel computes this loss.
  func isFused(for batch: MetricBatch<Scalar>) -> Bool {
    options.isFused(hasInclusion: batch.inclusion != nil) && !forcesGeneralPass
  }
}

extension MutableSpan where Element: TensorScalar {
  /// Adds numbers times a factor, element by element.
  mutating func add(_ other: Span<Element>, scaledBy factor: Element) {
    Element.metricKernels.add(other, scaledBy: factor, to: &self)
  }
}
