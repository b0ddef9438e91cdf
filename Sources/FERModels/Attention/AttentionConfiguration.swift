/// What determines a ``SelectiveAttention``.
public struct AttentionConfiguration: Codable, Sendable, Hashable {
  /// The architecture.
  public enum Kind: Codable, Sendable, Hashable {
    /// A pixel gate, gated pooling and an element gate of two hidden layers.
    case compact
    /// The layers of DACL on the flattened map of `height` × `width` pixels, without a pixel gate.
    case dacl(height: Int, width: Int)
  }

  /// Whether weights are used as they are or rounded to 0 and 1.
  public enum Inclusion: Codable, Sendable, Hashable {
    /// The weights of the softmax.
    case soft
    /// 1 where a weight is at least `threshold`, else 0; the gradient passes as if nothing had been rounded.
    case hard(threshold: Double = 0.5)
  }

  /// What the weights learn from the metric loss ℓ = Σⱼ aⱼ·bⱼ + m, whose bracket b of a coordinate is negative where the
  /// own center is nearer than the negative one.
  public enum Aim: String, Codable, Sendable, Hashable, CaseIterable {
    /// To lower ℓ: coordinates that agree with the own center are included, so that easy samples get large margins.
    case agreement
    /// To raise ℓ: coordinates in which the negative center is nearer are included, so that hard samples get large
    /// margins. The gradient changes its sign at the weights and ends at the context map, which keeps its own aim.
    case hardness
  }

  /// The architecture.
  public var kind: Kind
  /// Soft or hard weights.
  public var inclusion: Inclusion
  /// Added to the logit of inclusion: 0 starts the weights near 0.5, 2 near 0.88.
  public var bias: Double
  /// Whether the attention's gradient ends at the context map instead of flowing into the network below.
  public var stopsGradient: Bool
  /// What the weights learn.
  public var aim: Aim

  /// Creates a configuration.
  ///
  /// - Precondition: A hard threshold lies in 0...1.
  public init(
    kind: Kind = .compact, inclusion: Inclusion = .soft, bias: Double = 0, stopsGradient: Bool = false,
    aim: Aim = .agreement
  ) {
    if case .hard(let threshold) = inclusion {
      precondition(
        (0...1).contains(threshold), "inclusion weights lie in 0...1, so \(threshold) is no threshold for them")
    }
    self.kind = kind
    self.inclusion = inclusion
    self.bias = bias
    self.stopsGradient = stopsGradient
    self.aim = aim
  }

  /// The compact attention with soft weights.
  public static let compact = AttentionConfiguration()

  /// The attention of DACL over a map of 7×7 pixels, the size that pictures of 224 pixels give.
  public static let dacl = AttentionConfiguration(kind: .dacl(height: 7, width: 7))
}
