/// What determines the architecture of an ``ExpressionModel``; saved beside its weights.
public struct ModelConfiguration: Codable, Sendable, Hashable {
  /// The depth of the trunk.
  public var depth: ResNetDepth
  /// The first convolution.
  public var stem: ResNetStem
  /// Multiplies the channels of every layer of the trunk.
  public var width: Double
  /// The number of classes.
  public var classes: Int
  /// The channels between the head's convolutions; nil means half of the trunk's, at least 64.
  public var hidden: Int?
  /// The length of an embedding; nil means a quarter of the trunk's channels, at least 64.
  public var embeddingDim: Int?
  /// What follows the head's second convolution.
  public var finalActivation: HeadActivation
  /// The selective attention; nil means none.
  public var attention: AttentionConfiguration?

  /// Creates a configuration.
  public init(
    depth: ResNetDepth = .fifty, stem: ResNetStem = .standard, width: Double = 1, classes: Int, hidden: Int? = nil,
    embeddingDim: Int? = nil, finalActivation: HeadActivation = .none,
    attention: AttentionConfiguration? = nil
  ) {
    self.depth = depth
    self.stem = stem
    self.width = width
    self.classes = classes
    self.hidden = hidden
    self.embeddingDim = embeddingDim
    self.finalActivation = finalActivation
    self.attention = attention
  }
}
