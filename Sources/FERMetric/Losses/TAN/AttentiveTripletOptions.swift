/// The options of ``AttentiveTripletLoss``: one place for each open question of the abstract.
public struct AttentiveTripletOptions: Sendable, Hashable, Codable {
  /// How the second term measures distances.
  public enum Metric: Sendable, Hashable, Codable {
    /// M = LᵀL + εI with a learned L of `rank` rows, which starts as the identity; `nil` means the embeddings' dimension.
    case learned(rank: Int? = nil)
    /// M = (Σ + ρ·(tr Σ/D)·I)⁻¹ of the pooled within-class covariance Σ, a moving average over batches. No gradient
    /// flows through M, and a batch is measured by the batches before it.
    case covariance(shrinkage: Double = 0.1, momentum: Double = 0.9)
    /// M = I.
    case euclidean
  }

  /// What keeps M from growing or shrinking without bound.
  public enum MetricScale: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing here: the optimizer's weight decay acts on L.
    case free
    /// ‖LᵀL‖_F = √D, as for the identity: L is scaled so at the beginning of each call.
    case frobenius
  }

  /// What M measures.
  public enum MetricSpace: String, Sendable, Hashable, Codable, CaseIterable {
    /// The embeddings f.
    case raw
    /// The embeddings of length 1, e = f/‖f‖.
    case normalized
  }

  /// By which distances triplets are hardest among the samples of high weight.
  public enum Hardness: String, Sendable, Hashable, Codable, CaseIterable {
    /// Those of M, which the term measures.
    case metric
    /// Those of the normalized embeddings, which the base term measures.
    case normalized
  }

  /// Among which samples the base term has its triplets.
  public enum BaseSamples: String, Sendable, Hashable, Codable, CaseIterable {
    /// All samples.
    case all
    /// The samples of high weight, as in the second term.
    case highWeight
  }

  /// How the attention weights of a triplet's samples multiply its hinges.
  public enum TripletWeighting: String, Sendable, Hashable, Codable, CaseIterable {
    /// Not at all.
    case none
    /// By their product.
    case product
    /// By their mean.
    case mean
  }

  /// m₁, the margin of the base term.
  public var baseMargin = 0.2
  /// Among which samples the base term has its triplets.
  public var baseSamples = BaseSamples.all
  /// Which samples have a high weight.
  public var selection = HighWeightSelection.threshold(0.5)
  /// λ_M, the weight of the second term; 0 leaves it out.
  public var metricWeight = 0.1
  /// m₂, the margin of the second term.
  public var metricMargin = 1.0
  /// How the second term measures.
  public var metric = Metric.learned()
  /// The power of its distances.
  public var metricPower = DistancePower.squared
  /// ε of the learned metric.
  public var metricRidge = 1e-6
  /// What bounds the metric.
  public var metricScale = MetricScale.free
  /// What the metric measures.
  public var metricSpace = MetricSpace.raw
  /// By which distances the second term's triplets are hardest.
  public var hardness = Hardness.metric
  /// How attention weights multiply a triplet's hinges.
  public var weighting = TripletWeighting.none
  /// Whether gradient flows through these factors into the attention weights.
  public var attachesWeighting = false
  /// The weight of the rank regularisation; 0 leaves it out.
  public var rankWeight = 1.0
  /// By how much the mean of high weights has to exceed that of low ones.
  public var rankMargin = 0.15
  /// The share β of samples that count as high there: the ⌊βB⌋ largest weights.
  public var rankShare = 0.7
  /// What to do with samples that are not finite.
  public var nonFinite = NonFinitePolicy.strict

  /// Creates the default reading.
  public init() {}
}

extension AttentiveTripletOptions {
  /// Why these options have no meaning, in a sentence, or `nil` if they have one.
  public var objection: String? {
    let numbers = [
      ("the margin of the triplets", baseMargin), ("the metric term's margin", metricMargin),
      ("the rank margin", rankMargin), ("the share of high ranks", rankShare),
    ]
    for (what, value) in numbers where !Float(value).isFinite { return "\(what) is a finite number, not \(value)" }
    let weights = [
      ("the metric term's weight", metricWeight), ("the metric's ridge", metricRidge),
      ("the rank regularisation's weight", rankWeight),
    ]
    for (what, value) in weights where !(value >= 0 && Float(value).isFinite) {
      return "\(what) is a number and not negative, unlike \(value)"
    }
    if rankWeight > 0, let objection = RankRegularization<Double>.objection(margin: rankMargin, share: rankShare) {
      return objection
    }
    switch selection {
    case .threshold(let threshold):
      if !Float(threshold).isFinite { return "a threshold of weights is a finite number, not \(threshold)" }
    case .topRatio(let ratio):
      if !(ratio > 0 && ratio <= 1) { return "the share of high weights lies in 0...1 and above 0, not at \(ratio)" }
    }
    switch metric {
    case .learned(let rank?) where rank < 1: return "a metric's map has at least 1 row, not \(rank)"
    case .covariance(let shrinkage, let momentum):
      if !(shrinkage > 0 && Float(shrinkage).isFinite) {
        return "a covariance is shrunk by a positive number, not by \(shrinkage)"
      }
      if !(momentum >= 0 && momentum < 1) { return "a covariance keeps a share in 0..<1 of its past, not \(momentum)" }
    default: break
    }
    if attachesWeighting && weighting == .none {
      return "gradient through the weights of triplets needs such weights: their product or their mean"
    }
    return nil
  }
}
