/// The options of ``TripletCenterLoss``: one place for each open question of the paper.
public struct TripletCenterOptions: Sendable, Hashable, Codable {
  /// A1: where σ acts.
  public var squash: Squash = .elements
  /// γ: embeddings and centers are multiplied by it before σ, for networks whose embeddings are too small for σ to bend.
  public var squashScale = 1.0
  /// A2: what inclusion weights multiply.
  public var attentionMode: AttentionMode = .distance
  /// A3: which distances inclusion weights act on.
  public var attentionOn: AttentionScope = .both
  /// A6: reduction over coordinates.
  public var dimensionReduction: DimensionReduction = .sum
  /// A7: reduction over samples.
  public var batchReduction: BatchReduction = .mean
  /// A8: power of the distances.
  public var power: DistancePower = .squared
  /// The factor of both distances, margin excepted: ½ in the triplet-center loss as published.
  public var distanceScale = 1.0
  /// A10: whether the negative center receives gradient.
  public var negativeCenterGradient = true
  /// A13: hinge, softplus or logarithms.
  public var form: LossForm = .hinge
  /// The factor w⁺ of the positive distance; above 1 the own center attracts.
  public var positiveWeight = 1.0
  /// What to do with samples that are not finite.
  public var nonFinite: NonFinitePolicy = .strict

  /// Creates the default reading.
  public init() {}

  /// Why this combination has no meaning, in a sentence, or `nil` if it has one.
  public var objection: String? {
    if !(positiveWeight > 0 && positiveWeight.isFinite) {
      return "the positive weight has to be a positive number, not \(positiveWeight)"
    }
    if !(squashScale > 0 && squashScale.isFinite) {
      return "the scale before the squash has to be a positive number, not \(squashScale)"
    }
    if !(distanceScale > 0 && distanceScale.isFinite) {
      return "the factor of distances has to be a positive number, not \(distanceScale)"
    }
    if squash == .none && squashScale != 1 {
      return "without a squash a scale before it is only another weight of the loss: leave it at 1"
    }
    if attentionMode == .vectorsAfter && (squash == .distance || squash == .distanceZeroed) {
      return "with the squash on distances no vector is squashed, so weights cannot act on vectors after it"
    }
    if power == .root && dimensionReduction == .mean {
      return "the root of a mean has another unit than the margin: take the sum, and scale the loss's weight"
    }
    guard form == .log else { return nil }
    if squash == .none { return "the log form needs bounded distances, so it needs a squash" }
    if power == .root { return "the log form takes squared distances, which the margin bounds" }
    if attentionOn == .positive {
      return "the log form needs weights on both distances, so that the margin bounds both"
    }
    if attentionMode == .vectorsBefore {
      return "weights on vectors before the squash do not bound the distances that the log form takes"
    }
    if dimensionReduction == .mean { return "the log form takes ratios, which a mean over coordinates does not change" }
    if distanceScale != 1 { return "the log form takes ratios of distances to the margin: scale the margin instead" }
    if positiveWeight != 1 { return "the log form has no positive weight: it would leave the logarithm's domain" }
    return nil
  }

  /// Why a generator whose margins are at least `bound`·Σⱼaⱼ has no meaning with these options, in a sentence, or `nil`
  /// if it has one.
  ///
  /// - SeeAlso: ``MarginGenerator/lowerBound(dimension:)``
  public func objection(toMarginsBoundedBy bound: Double?) -> String? {
    guard form == .log, let bound, bound < 1 else { return nil }
    return "the log form needs margins that bound the distances, of at least 1 for each unit of weight, not \(bound)"
  }

  /// Whether the fused kernel computes this combination.
  func isFused(hasInclusion: Bool) -> Bool {
    (squash == .elements || squash == .none) && form == .hinge
      && (!hasInclusion || attentionMode == .distance && attentionOn == .both)
  }
}
