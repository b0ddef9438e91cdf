internal import FERMetric

extension MetricTerm {
  /// Why no training can have this term, in a clause, or nil if one can.
  var objection: String? {
    if !lambda.isPositiveFloat { return "λ is a positive number, not \(lambda)" }
    if let objection = marginSchedule?.trainingObjection ?? marginObjection ?? centerUpdate.objection {
      return objection
    }
    if case .penalty(let strength, let target) = regularizer, !(strength.isFloat && target.isFloat) {
      return "strength and target of a penalty are finite numbers, not \(strength) and \(target)"
    }
    if !options.positiveWeight.isPositiveFloat {
      return "the positive weight is a positive number, not \(options.positiveWeight)"
    }
    if !options.squashScale.isPositiveFloat {
      return "the scale before the squash is a positive number, not \(options.squashScale)"
    }
    return options.objection
  }

  private var marginObjection: String? {
    switch margin {
    case .adaptive(let scale, _), .constant(let scale):
      if !scale.isFloat { return "the margin's scale is a finite number, not \(scale)" }
      return options.objection(toMarginsBoundedBy: (marginSchedule?.smallest ?? 1) * scale)
    case .byCount(let largest):
      if !largest.isPositiveFloat { return "the largest margin of a class is a positive number, not \(largest)" }
      if options.form == .log {
        return "the log form needs margins that bound the distances, and those of frequent classes are smaller"
      }
      return nil
    case .learned(let learning):
      return learning.objection ?? objectionToLearning
    }
  }

  /// What a learned margin does not go with.
  private var objectionToLearning: String? {
    if marginSchedule != nil {
      return "a learned margin follows no schedule: where the factor is below the reward it would grow without end"
    }
    if options.form == .log {
      return "a learned margin weighs violations against its reward, and the log form's slope by the margin counts none"
    }
    if options.dimensionReduction == .mean {
      return "a learned margin weighs violations against its reward: take the sum over coordinates, not their mean"
    }
    return nil
  }
}
