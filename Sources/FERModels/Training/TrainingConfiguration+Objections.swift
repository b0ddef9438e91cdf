internal import FERMetric

extension Double {
  /// Whether the number is finite, and remains so in single precision, in which trainings compute.
  var isFloat: Bool { Float(self).isFinite }

  /// Whether the number is finite and positive, and remains so in single precision.
  var isPositiveFloat: Bool { isFloat && Float(self) > 0 }
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
