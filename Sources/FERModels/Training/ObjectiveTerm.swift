internal import FERMetric

/// The metric part of a training's objective, as plain data: a configuration has at most one.
protocol ObjectiveTerm {
  /// The objective in its initial state.
  ///
  /// - Parameters:
  ///   - counts: How many training pictures each class has.
  ///   - batchSize: The pictures of the largest batch.
  func objective(counts: [Int], dimension: Int, batchSize: Int, seed: UInt64) -> JointObjective<Float>
  /// The centers in their initial state; nil for a loss without.
  func centers(classes: Int, dimension: Int, seed: UInt64) -> ClassCenters<Float>?
  /// Why no training can have this term, in a clause, or nil if one can.
  var objection: String? { get }
}

extension MetricTerm: ObjectiveTerm {
  func objective(counts: [Int], dimension: Int, batchSize: Int, seed: UInt64) -> JointObjective<Float> {
    objective(counts: counts, dimension: dimension, seed: seed)
  }
}

extension AttentiveTripletTerm: ObjectiveTerm {
  func objective(counts: [Int], dimension: Int, batchSize: Int, seed: UInt64) -> JointObjective<Float> {
    objective(dimension: dimension)
  }

  func centers(classes: Int, dimension: Int, seed: UInt64) -> ClassCenters<Float>? { nil }
}

extension TrainingConfiguration {
  /// The terms that are there; more than one is an objection.
  var objectiveTerms: [any ObjectiveTerm] {
    let terms: [(any ObjectiveTerm)?] = [metric, attentiveTriplets, named, rankRegularization]
    return terms.compactMap { $0 }
  }
}
