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
  /// The attention that weights whole pictures; nil means none.
  public var sampleAttention: SampleAttentionConfiguration?
  /// The attention on the trunk's last map, before the head; nil means none.
  public var mapAttention: MapAttentionConfiguration?

  /// Creates a configuration.
  public init(
    depth: ResNetDepth = .fifty, stem: ResNetStem = .standard, width: Double = 1, classes: Int, hidden: Int? = nil,
    embeddingDim: Int? = nil, finalActivation: HeadActivation = .none,
    attention: AttentionConfiguration? = nil, sampleAttention: SampleAttentionConfiguration? = nil,
    mapAttention: MapAttentionConfiguration? = nil
  ) {
    self.depth = depth
    self.stem = stem
    self.width = width
    self.classes = classes
    self.hidden = hidden
    self.embeddingDim = embeddingDim
    self.finalActivation = finalActivation
    self.attention = attention
    self.sampleAttention = sampleAttention
    self.mapAttention = mapAttention
  }
}

extension ModelConfiguration {
  /// Why no network can have this configuration, in a clause, or nil if one can.
  public var objection: String? {
    if !(width >= 1 / 64 && width <= 8) { return "a width lies in 1/64...8, not at \(width)" }
    if !(1...65_536).contains(classes) { return "a network knows 1 to 65,536 classes, not \(classes)" }
    for length in [hidden, embeddingDim] {
      if let length, !(1...8192).contains(length) { return "a layer of the head has 1 to 8192 channels, not \(length)" }
    }
    return attention?.objection(dimension: resolvedEmbeddingDim) ?? sampleAttention?.objection
      ?? mapAttention?.objection
  }

  /// The length of an embedding.
  private var resolvedEmbeddingDim: Int {
    embeddingDim ?? max(64, (Int((64 * width).rounded()) << 3) * depth.expansion / 4)
  }
}

extension AttentionConfiguration {
  /// Why no attention over maps of so many channels can have this configuration, in a clause, or nil if one can.
  fileprivate func objection(dimension: Int) -> String? {
    if !Float(bias).isFinite { return "the bias of inclusion is a finite number, not \(bias)" }
    if case .hard(let threshold) = inclusion, !(0...1).contains(threshold) {
      return "inclusion weights lie in 0...1, so \(threshold) is no threshold for them"
    }
    guard case .dacl(let height, let width) = kind else { return nil }
    guard (1...256).contains(height) && (1...256).contains(width) else {
      return "an attention lies over maps of 1 to 256 pixels a side, not \(height) x \(width)"
    }
    // 7 · height · width · dimension² weights in the first layer: no more than two thousand million.
    if height * width * dimension * dimension > 300_000_000 {
      return "an attention over \(height) x \(width) x \(dimension) numbers has too many weights"
    }
    return nil
  }
}
