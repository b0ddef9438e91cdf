extension PairwiseValue {
  /// The report of a sum of losses over `count` terms, of which `active` are positive.
  init(sums loss: Double, active: Double, count: Double, reduction: LossReduction, margin: Double = 0) {
    let factor = reduction.factor(count: count, active: active)
    self.init(
      value: Scalar(factor * loss), gradientScale: Scalar(factor),
      activeFraction: Scalar(count > 0 ? active / count : 0), margin: Scalar(margin))
  }
}

extension PairRelations {
  /// Whether there are positive pairs and negative pairs.
  func hasBothKinds(_ distances: MatrixView<Scalar>) -> Bool {
    let survey = Scalar.pairLossKernels.survey(distances, self)
    return survey.positives > 0 && survey.negatives > 0
  }
}
