/// What determines a ``MapAttention``: one module between trunk and head, not one in every block as in the papers.
public struct MapAttentionConfiguration: Codable, Sendable, Hashable {
  /// The module; raw values are the names on the command line.
  public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
    /// The channels are weighted: ``SqueezeExcitation``.
    case squeezeExcitation = "se"
    /// The channels are weighted, then the pixels: ``ConvolutionalBlockAttention``.
    case cbam
  }

  /// The module.
  public var kind: Kind
  /// r: C/r numbers, at least one, stand between the two linear layers over C channels.
  public var reduction: Int

  /// Creates a configuration.
  public init(kind: Kind, reduction: Int = 16) {
    self.kind = kind
    self.reduction = reduction
  }

  /// Squeeze-and-excitation with a sixteenth of the channels between its layers.
  public static let squeezeExcitation = MapAttentionConfiguration(kind: .squeezeExcitation)

  /// CBAM with a sixteenth of the channels between its layers.
  public static let cbam = MapAttentionConfiguration(kind: .cbam)

  /// Why no attention can have this configuration, in a clause, or nil if one can.
  var objection: String? {
    if (1...65_536).contains(reduction) { return nil }
    return "the channels of a map are reduced by a factor in 1...65536, not \(reduction)"
  }
}
