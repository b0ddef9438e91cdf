/// One pass of a loss over the pairs of a batch: who takes part, distances, the loss, gradients.
struct PairPass<Scalar: TensorScalar> {
  let loss: any PairwiseLoss<Scalar>

  init(_ loss: any PairwiseLoss<Scalar>) { self.loss = loss }

  /// The value; changes nothing.
  func value(
    _ batch: MetricBatch<Scalar>, tuples: IndexTuples?, own: [Int]?
  ) throws(MetricError) -> LossValue<Scalar> {
    var none = MetricGradients<Scalar>()
    return try run(batch, tuples: tuples, own: own, weight: 0, gradients: &none, use: .none)
  }

  /// The value, adding or writing `weight` × gradient.
  ///
  /// - Parameter own: For each sample the reference that is the sample itself, or −1; references are then a memory, which
  ///   gets no gradient.
  func run(
    _ batch: MetricBatch<Scalar>, tuples: IndexTuples?, own: [Int]?, weight: Scalar,
    gradients: inout MetricGradients<Scalar>, use: GradientUse
  ) throws(MetricError) -> LossValue<Scalar> {
    // Norms are looked at instead of all numbers where they are needed anyway.
    var rows: DistanceRows<Scalar>?
    if loss.distance.isNormalized && batch.included == nil && batch.references == nil {
      rows = DistanceRows(batch.embeddings, loss.distance)
    }
    let kept = rows?.areSurelyFinite() == true ? nil : try PairSelection(batch, loss.nonFinite)
    let (labels, otherLabels) = (batch.labelArray, batch.referenceLabelArray)
    guard let kept else {
      let relations = otherLabels.map { PairRelations<Scalar>(labels: labels, otherLabels: $0, own: own) }
      if use == .written { gradients.clearBesidesPairs() }
      return evaluate(
        rows ?? DistanceRows(batch.embeddings, loss.distance), batch.embeddings, batch.references,
        relations ?? PairRelations(labels: labels), tuples, weight, writes: use == .written, &gradients)
    }
    if use == .written { gradients.clear() }
    let relations = kept.relations(labels: labels, otherLabels: otherLabels, own: own)
    let x = batch.embeddings.picking(kept.samples)
    let y = kept.keptReferences(of: batch)
    var compact = TensorGradients<Scalar>(
      embeddings: gradients.embeddings == nil ? nil : Tensor(zeros: x.shape),
      references: gradients.references == nil || own != nil ? nil : y.map { Tensor<Scalar>(zeros: $0.shape) })
    let value = compact.withViews { sinks in
      let moved = tuples.map { kept.moved($0) }
      let rows = DistanceRows(x, loss.distance)
      guard let y else { return evaluate(rows, x.matrix, nil, relations, moved, weight, writes: false, &sinks) }
      return evaluate(rows, x.matrix, y.matrix, relations, moved, weight, writes: false, &sinks)
    }
    kept.spread(compact.embeddings, kept.samples, into: &gradients.embeddings)
    kept.spread(compact.references, kept.references, into: &gradients.references)
    return value
  }

  private func evaluate(
    _ rows: DistanceRows<Scalar>, _ x: MatrixView<Scalar>, _ references: MatrixView<Scalar>?,
    _ all: PairRelations<Scalar>, _ tuples: IndexTuples?, _ weight: Scalar, writes: Bool,
    _ gradients: inout MetricGradients<Scalar>
  ) -> LossValue<Scalar> {
    var others: DistanceRows<Scalar>?
    if let references { others = DistanceRows(references, loss.distance) }
    let distances = loss.distance.matrix(rows, others)
    var relations = all
    if let tuples {
      relations = all.selecting(tuples)
    } else if let miner = loss.miner {
      let known = miner.distance == loss.distance ? distances : matrix(miner.distance, x, references)
      relations = all.selecting(miner, over: known)
    }
    let survey = Scalar.pairLossKernels.survey(distances.matrix, relations)
    var report = LossValue<Scalar>(validCount: survey.anchors)
    guard survey.positives + survey.negatives > 0 else {
      if writes { gradients.clear() }
      return report
    }
    relations.counts = (survey.positives, survey.negatives)

    let differentiates = gradients.embeddings != nil || gradients.references != nil
    var slopes = Tensor<Scalar>(zeros: differentiates ? [x.rows, relations.columns] : [0, 0])
    var sink: MutableMatrixView<Scalar>? = slopes.mutableMatrix
    if !differentiates { sink = nil }
    let value = loss.evaluate(distances.matrix, relations, gradient: &sink)
    sink = nil
    accumulate(slopes, distances, relations, rows, others, weight * value.gradientScale, writes: writes, &gradients)

    report.value = value.value
    report.activeFraction = value.activeFraction
    report.meanMargin = value.margin
    if survey.positives > 0 { report.meanPositiveDistance = Scalar(survey.positiveDistance / survey.positives) }
    if survey.negatives > 0 { report.meanNegativeDistance = Scalar(survey.negativeDistance / survey.negatives) }
    return report
  }

  private func matrix(
    _ distance: PairwiseDistance<Scalar>, _ x: MatrixView<Scalar>, _ references: MatrixView<Scalar>?
  ) -> Tensor<Scalar> {
    if let references { distance(x, references) } else { distance(x) }
  }

  private func accumulate(
    _ slopes: Tensor<Scalar>, _ distances: Tensor<Scalar>, _ relations: PairRelations<Scalar>,
    _ rows: DistanceRows<Scalar>, _ others: DistanceRows<Scalar>?, _ weight: Scalar, writes: Bool,
    _ gradients: inout MetricGradients<Scalar>
  ) {
    if gradients.embeddings != nil {
      loss.distance.accumulateGradient(
        slopes.matrix, distances.matrix, of: rows, against: others, weight, writes: writes,
        into: &gradients.embeddings!)
    }
    guard let others, gradients.references != nil && relations.own == nil else { return }
    loss.distance.accumulateReferenceGradient(
      slopes.matrix, distances.matrix, of: rows, against: others, weight, writes: writes,
      into: &gradients.references!)
  }
}
