public import FERMetric

/// TAN's part of a training's objective, as plain data: what a configuration file holds of it.
///
///     var configuration = TrainingConfiguration(
///       model: ModelConfiguration(depth: .eighteen, classes: 7, sampleAttention: .scalar))
///     configuration.attentiveTriplets = .tan
///
/// The model's sample attention gives the weights; without one, all samples are of high weight.
public struct AttentiveTripletTerm: Codable, Hashable, Sendable {
  /// How the loss reads the abstract.
  public var options: AttentiveTripletOptions
  /// λ, the weight of the loss beside the cross-entropy.
  public var lambda: Double

  /// Creates a term.
  public init(options: AttentiveTripletOptions = AttentiveTripletOptions(), lambda: Double = 1) {
    self.options = options
    self.lambda = lambda
  }

  /// The default reading: L_CE + L_tri + 0.1·L_M + R.
  public static let tan = AttentiveTripletTerm()

  /// The objective in its initial state, for embeddings of a dimension.
  ///
  /// - Precondition: The options have a meaning.
  public func objective(dimension: Int) -> JointObjective<Float> {
    JointObjective(metric: AttentiveTripletLoss(dimension: dimension, options: options), lambda: Float(lambda))
  }

  /// Why no training can have this term, in a clause, or nil if one can.
  var objection: String? {
    if !lambda.isPositiveFloat { return "λ is a positive number, not \(lambda)" }
    if case .learned(let rank?) = options.metric, rank > 8192 {
      return "a metric's map has at most 8192 rows, not \(rank)"
    }
    return options.objection
  }
}
