public import FERMetric

/// A metric loss of the registry as a part of a training's objective, as plain data: what a configuration file holds of
/// it.
///
///     configuration.named = NamedLossTerm(.supCon, lambda: 0.2)
///
/// The loss has its default reading. ``MetricTerm`` and ``AttentiveTripletTerm`` have the options of AMTC3L and TAN; an
/// objective of your own, with any options, is ``Trainer/objective``.
public struct NamedLossTerm: Codable, Hashable, Sendable {
  /// Which loss.
  public var name: LossName
  /// λ, the weight of the loss beside the cross-entropy.
  public var lambda: Double
  /// How the centers or proxies move, if the loss reads any; λ is divided out of their gradient.
  public var centerUpdate: ClassCenters<Float>.Update
  /// The folder of the run whose best model is the teacher, for losses that compare with one.
  public var teacher: String?

  /// Creates a term.
  ///
  /// - Parameters:
  ///   - name: Which loss.
  ///   - lambda: Its weight; ``LossName/defaultLambda`` if nil.
  ///   - centerUpdate: How centers or proxies move; ``LossName/defaultCenterUpdate`` if nil.
  ///   - teacher: The teacher's run.
  public init(
    _ name: LossName, lambda: Double? = nil, centerUpdate: ClassCenters<Float>.Update? = nil, teacher: String? = nil
  ) {
    self.name = name
    self.lambda = lambda ?? name.defaultLambda
    self.centerUpdate = centerUpdate ?? name.defaultCenterUpdate
    self.teacher = teacher
  }

  /// Why no training can have this term, in a clause, or nil if one can.
  public var objection: String? {
    if name.family == .classification { return "\(name.rawValue) is a classification loss and no metric loss" }
    if !lambda.isPositiveFloat { return "λ is a positive number, not \(lambda)" }
    if name.readsTeacher && teacher == nil {
      return "\(name.rawValue) learns from a teacher: give the folder of its run"
    }
    if !name.readsTeacher && teacher != nil { return "\(name.rawValue) learns from no teacher" }
    return centerUpdate.objection
  }
}

extension NamedLossTerm: ObjectiveTerm {
  func objective(counts: [Int], dimension: Int, batchSize: Int, seed: UInt64) -> JointObjective<Float> {
    var draw = SeededGenerator(seed: seed, stream: 0x4E41_4D45_4400_0001)
    let loss: (any MetricLoss<Float>)? = name.loss(
      classes: counts.count, dimension: dimension, batchSize: batchSize, seed: draw.next())
    return JointObjective(metric: loss, lambda: Float(lambda))
  }

  func centers(classes: Int, dimension: Int, seed: UInt64) -> ClassCenters<Float>? {
    guard name.centersPerClass > 0 else { return nil }
    var draw = SeededGenerator(seed: seed, stream: 0x4345_4E54_4552_0001)
    return ClassCenters(
      classes: classes * name.centersPerClass, dimension: dimension, update: centerUpdate, seed: draw.next())
  }
}
