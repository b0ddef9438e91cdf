extension TripletCenterLoss {
  /// Selection, margins, the pass over the batch and the margins' own gradient, for samples known to be finite.
  ///
  /// - Returns: The report, and each sample's derivative by its margin, before weight and reduction, where there is one.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func evaluate(
    _ batch: MetricBatch<Scalar>, _ selection: inout NegativeSelection, weight: Scalar,
    gradients: inout MetricGradients<Scalar>, differentiates: Bool
  ) -> (value: LossValue<Scalar>, slopes: Tensor<Scalar>?) {
    if let objection = options.objection(toMarginsBoundedBy: margin.lowerBound(dimension: batch.dimension)) {
      preconditionFailure(objection)
    }
    sampler.select(for: batch, into: &selection)
    selection.settle(for: batch)
    let validCount = selection.valid.count { $0 }
    var report = LossValue<Scalar>(validCount: validCount)
    guard validCount > 0 else {
      if reportsSamples || options.batchReduction == .none { report.samples = Array(repeating: 0, count: batch.count) }
      return (report, nil)
    }

    var margins = Tensor<Scalar>(uninitialized: [batch.count])
    var marginSpan = margins.mutableSpan
    margin.margins(for: batch, against: selection, into: &marginSpan)
    var marginGradients = Tensor<Scalar>(zeros: [batch.count])
    var losses = Tensor<Scalar>(uninitialized: [batch.count])

    let pass = CenterPass<Scalar>(
      validCount: validCount, weight: Double(weight), dimension: batch.dimension, options: options,
      differentiates: differentiates)
    var marginGradientSpan = marginGradients.mutableSpan
    var lossSpan = losses.mutableSpan
    let sums: MetricKernels<Scalar>.TripletCenterSums =
      if options.isFused(hasInclusion: batch.inclusion != nil) && !forcesGeneralPass {
        Scalar.metricKernels.tripletCenter(
          batch, centers: batch.requiredCenters, selection: selection, margins: margins.span,
          scales: pass.fusedScales, losses: &lossSpan, gradients: &gradients, marginGradients: &marginGradientSpan,
          differentiates: differentiates)
      } else {
        pass.run(
          batch, selection: selection, margins: margins.span, losses: &lossSpan, gradients: &gradients,
          marginGradients: &marginGradientSpan)
      }

    if differentiates {
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
    return (report, differentiates && weight != 0 ? marginGradients * (1 / pass.sampleWeight) : nil)
  }
}

extension MutableSpan where Element: TensorScalar {
  /// Adds numbers times a factor, element by element.
  mutating func add(_ other: Span<Element>, scaledBy factor: Element) {
    Element.metricKernels.add(other, scaledBy: factor, to: &self)
  }
}
