/// The options of ``AdCorreLoss``: one place for each question that publication and code leave open.
public struct AdCorreOptions: Sendable, Hashable, Codable {
  /// How pairs of samples are weighted in the feature discriminator.
  public enum PairWeight: Sendable, Hashable, Codable {
    /// Wᵢⱼ = 1 + (1 − r of i's class) + (1 − r of j's class), with r the share of a class's examples that were
    /// recognised in the steps so far, the one at hand included: pairs of classes that the network confuses weigh up to
    /// three times as much. Each step multiplies the counts before by the decay; 1 never forgets.
    case recognition(decay: Double = 1)
    /// Wᵢⱼ = 1: what the published training calls.
    case uniform
  }

  /// Which means the mean discriminator compares.
  public enum Means: String, Sendable, Hashable, Codable, CaseIterable {
    /// Those of classes in the batch.
    case present
    /// Those of all classes, where samples of other classes count with the weight 10⁻⁷: an absent class has the mean of
    /// the batch. This is what the published code computes.
    case all
  }

  /// The number k of embeddings of a sample: the embedding is k vectors of D/k coordinates, one after the other.
  public var heads = 1
  /// The weight of the feature discriminator.
  public var featureWeight = 1.0
  /// The weight of the mean discriminator.
  public var meanWeight = 1.0
  /// The weight of the embedding discriminator.
  public var embeddingWeight = 1.0
  /// How pairs of samples are weighted.
  public var pairWeight = PairWeight.recognition()
  /// Which means are compared.
  public var means = Means.present
  /// What to do with samples that are not finite.
  public var nonFinite = NonFinitePolicy.strict

  /// Creates the default reading: one embedding, all three terms alike, weights by recognition, means of present
  /// classes.
  public init() {}

  /// Why these options have no meaning, in a sentence, or `nil` if they have one.
  public var objection: String? {
    if heads < 1 { return "a sample has at least one embedding, not \(heads)" }
    for weight in [featureWeight, meanWeight, embeddingWeight] where !(weight >= 0 && weight.isFinite) {
      return "the weight of a term is finite and not negative, unlike \(weight)"
    }
    if case .recognition(let decay) = pairWeight, !(0...1).contains(decay) {
      return "the decay of a record lies in 0...1, not at \(decay)"
    }
    return nil
  }
}
