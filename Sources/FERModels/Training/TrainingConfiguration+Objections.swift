internal import FERMetric

extension Double {
  /// Whether the number is finite, and remains so in single precision, in which trainings compute.
  var isFloat: Bool { Float(self).isFinite }

  /// Whether the number is finite and positive, and remains so in single precision.
  var isPositiveFloat: Bool { isFloat && Float(self) > 0 }
}

extension MetricTerm {
  /// Why no training can have this term, in a clause, or nil if one can.
  var objection: String? {
    if !lambda.isPositiveFloat { return "λ is a positive number, not \(lambda)" }
    switch margin {
    case .adaptive(let scale, _), .constant(let scale):
      if !scale.isFloat { return "the margin's scale is a finite number, not \(scale)" }
      if let objection = options.objection(toMarginsBoundedBy: scale) { return objection }
    }
    if let objection = centerUpdate.objection { return objection }
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
}

extension ClassCenters.Update {
  /// Why the centers of no training can move like this, in a clause, or nil if they can.
  var objection: String? {
    switch self {
    case .gradient(let rate), .movingAverage(let rate, _):
      rate >= 0 && rate.isFloat ? nil : "the rate of the centers is a number and not negative, unlike \(rate)"
    case .external: nil
    }
  }
}

extension StepSchedule {
  /// Why the rate of no training can fall like this, in a clause, or nil if it can.
  var objection: String? {
    if !shares.allSatisfy({ (0...1).contains($0) }) {
      return "steps of the rate stand at shares in 0...1, not \(shares)"
    }
    if !factor.isPositiveFloat { return "a rate is multiplied by a positive number, not \(factor)" }
    return nil
  }
}

extension EvaluationTransform {
  /// Why no network can have such pictures, in a clause, or nil if one can.
  var objection: String? { sizeObjection([size, shortSide]) }
}

extension TrainingAugmentation {
  /// Why no network can have such pictures, in a clause, or nil if one can.
  var objection: String? { sizeObjection([size] + shortSides) }
}

private func sizeObjection(_ sizes: [Int]) -> String? {
  sizes.first { !(1...8192).contains($0) }.map { "pictures have 1 to 8192 pixels a side, not \($0)" }
}
