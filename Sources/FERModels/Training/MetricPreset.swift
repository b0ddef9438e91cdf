internal import FERMetric

/// A named reading of AMTC3L, complete: the metric loss, its weight, the attention and its rate.
///
///     var configuration = TrainingConfiguration(model: ModelConfiguration(classes: 7), size: 224)
///     MetricPreset.recommended.apply(to: &configuration)
///
/// - SeeAlso: Docs/FERPlus.md for what either does on real photographs.
public enum MetricPreset: String, Codable, Sendable, CaseIterable {
  /// What the paper says, in the default reading of Docs/Method.md: mixed sampling, the margin Σⱼ aⱼ, detached, and weights
  /// that learn to lower the loss. λ is 0.1, as trainings from random weights need; `JointObjective.paper` keeps DACL's
  /// 0.01.
  case paper
  /// What the paper says its generator does, to dismiss easy samples and mine hard ones: mixed sampling, weights that
  /// learn to raise the loss, so that hard samples get the larger margins, and κ = 0.01, so that the hinge lets go of
  /// samples that are well separated.
  case recommended

  /// The metric loss.
  public var metric: MetricTerm {
    var term = MetricTerm.amtc3l(sampler: .mixed, lambda: 0.1)
    if self == .recommended { term.margin = .adaptive(scale: 0.01, gradient: .detached) }
    return term
  }

  /// The attention.
  public var attention: AttentionConfiguration {
    switch self {
    case .paper: AttentionConfiguration()
    case .recommended: AttentionConfiguration(aim: .hardness)
    }
  }

  /// The attention's rate as a multiple of the others'.
  public var attentionRateFactor: Double { 1 }

  /// Gives a configuration this reading; whatever else it says is kept.
  public func apply(to configuration: inout TrainingConfiguration) {
    configuration.metric = metric
    configuration.model.attention = attention
    configuration.attentionRateFactor = attentionRateFactor
  }
}
