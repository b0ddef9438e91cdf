internal import FERMetric

/// The importance weighting of Self-Cure Network as the metric part of a training's objective, as plain data: what a
/// configuration file holds of it.
///
///     L = cross-entropy of α ⊙ z + λ·R ,   R = max(0, m − (mean of the ⌊βB⌋ largest α − mean of the others))
///
/// z are the logits, and α the weights of the pictures, [B], which the model's sample attention gives.
///
///     configuration.model.sampleAttention = .scalar
///     configuration.rankRegularization = .scn          // fer train --loss ce --sample-attention scalar
///
/// - SeeAlso: ``/FERMetric/RankRegularization``; Docs/Attention.md.
public struct RankRegularizationTerm: Codable, Hashable, Sendable {
  /// m, by how much the mean of high weights has to exceed that of low ones.
  public var margin: Double
  /// β, the share of pictures that count as high.
  public var share: Double
  /// λ, the weight of the regularisation beside the cross-entropy.
  public var lambda: Double

  /// Creates a term.
  public init(margin: Double = 0.15, share: Double = 0.7, lambda: Double = 1) {
    self.margin = margin
    self.share = share
    self.lambda = lambda
  }

  /// The numbers of the publication.
  public static let scn = RankRegularizationTerm()

  /// Why no training can have this term, in a clause, or nil if one can.
  var objection: String? {
    if !lambda.isPositiveFloat { return "λ is a positive number, not \(lambda)" }
    return RankRegularization<Float>.objection(margin: margin, share: share)
  }
}

extension RankRegularizationTerm: ObjectiveTerm {
  func objective(counts: [Int], dimension: Int, batchSize: Int, seed: UInt64) -> JointObjective<Float> {
    JointObjective(metric: RankRegularization<Float>(margin: margin, share: share), lambda: Float(lambda))
  }

  func centers(classes: Int, dimension: Int, seed: UInt64) -> ClassCenters<Float>? { nil }
}
