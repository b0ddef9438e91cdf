public import FERMetric

/// The classification part of a training's objective, as plain data: what a configuration file holds of it.
///
///     configuration.classification = ClassificationTerm(focus: 2, weighting: .effectiveNumber(beta: 0.999))
public struct ClassificationTerm: Codable, Hashable, Sendable {
  /// γ of the focal loss; 0 is cross-entropy.
  public var focus: Double
  /// How rare classes are weighted up, by the counts of the training split; nil weighs all alike.
  public var weighting: ClassWeighting?
  /// ε, the share of each target that is spread evenly over all classes.
  public var labelSmoothing: Double

  /// Creates a term.
  public init(focus: Double = 0, weighting: ClassWeighting? = nil, labelSmoothing: Double = 0) {
    self.focus = focus
    self.weighting = weighting
    self.labelSmoothing = labelSmoothing
  }

  /// The loss for classes with `counts` training examples.
  ///
  /// - Precondition: There is no ``objection``.
  public func loss(counts: [Int]) -> any ClassificationLoss<Float> {
    let weights: [Float]? = weighting?.weights(counts: counts)
    if focus == 0 { return SoftmaxCrossEntropy(classWeights: weights, labelSmoothing: labelSmoothing) }
    return FocalLoss(focus: focus, classWeights: weights, labelSmoothing: labelSmoothing)
  }

  /// Why no training can have this term, in a clause, or nil if one can.
  public var objection: String? {
    if !(focus >= 0 && focus.isFloat) { return "the focus is a number and not negative, unlike \(focus)" }
    if !(labelSmoothing >= 0 && Float(labelSmoothing) < 1) {
      return "label smoothing lies in 0..<1, also in single precision, not at \(labelSmoothing)"
    }
    return weighting?.objection
  }
}
