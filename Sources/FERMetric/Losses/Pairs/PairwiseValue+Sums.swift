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
  /// How many pairs are positive and negative.
  func counted(_ distances: MatrixView<Scalar>) -> (positives: Double, negatives: Double) {
    if let counts { return counts }
    let survey = Scalar.pairLossKernels.survey(distances, self)
    return (survey.positives, survey.negatives)
  }
}
