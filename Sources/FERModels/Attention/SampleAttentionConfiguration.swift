/// What determines a ``SampleAttention``.
public struct SampleAttentionConfiguration: Codable, Sendable, Hashable {
  /// Where a sample's weight comes from.
  public enum Kind: Codable, Sendable, Hashable {
    /// From the embedding, by one linear layer.
    case scalar
    /// From the context map, by self-attention over its pixels; `width` is the length of queries, keys and values, an
    /// eighth of the embedding's and at least 16 by default.
    case spatial(width: Int? = nil)
  }

  /// Where a sample's weight comes from.
  public var kind: Kind
  /// Whether a sample's logits are multiplied by its weight, so that cross-entropy teaches it.
  public var weightsLogits: Bool
  /// Whether the gradient by the weight ends here instead of flowing into the network below.
  public var stopsGradient: Bool

  /// Creates a configuration.
  public init(kind: Kind = .scalar, weightsLogits: Bool = true, stopsGradient: Bool = false) {
    self.kind = kind
    self.weightsLogits = weightsLogits
    self.stopsGradient = stopsGradient
  }

  /// A weight from the embedding, which multiplies the logits.
  public static let scalar = SampleAttentionConfiguration()

  /// A weight from self-attention over the pixels, which multiplies the logits.
  public static let spatial = SampleAttentionConfiguration(kind: .spatial())

  /// Why no attention can have this configuration, in a clause, or nil if one can.
  var objection: String? {
    guard case .spatial(let width?) = kind, !(1...8192).contains(width) else { return nil }
    return "queries, keys and values of a self-attention have 1 to 8192 numbers, not \(width)"
  }
}
