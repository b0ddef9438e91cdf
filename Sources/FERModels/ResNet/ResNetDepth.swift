/// The depths of ResNet that the library builds.
public enum ResNetDepth: Int, Codable, Sendable, Hashable, CaseIterable {
  /// ResNet-18: basic blocks of two 3×3 convolutions.
  case eighteen = 18
  /// ResNet-50: bottleneck blocks of 1×1, 3×3 and 1×1 convolutions, stride in the 3×3 (known as version 1.5).
  case fifty = 50

  /// The number of blocks in each of the four stages.
  public var blockCounts: [Int] { self == .eighteen ? [2, 2, 2, 2] : [3, 4, 6, 3] }

  /// How many times wider a block's output is than its 3×3 convolution.
  public var expansion: Int { self == .eighteen ? 1 : 4 }
}

/// The first convolution of a ResNet.
public enum ResNetStem: String, Codable, Sendable, Hashable, CaseIterable {
  /// 7×7 with stride 2, as published: for pictures of about 224 pixels.
  case standard
  /// 3×3 with stride 1, for pictures of about 48 pixels. The maximum pooling behind it stays.
  case small

  /// The side of a ResNet's last map for pictures of `side` pixels: ⌈side/32⌉, and ⌈side/16⌉ with the small stem.
  ///
  /// Five strides of 2, four with the small stem, of which each rounds up.
  public func mapSide(ofPictures side: Int) -> Int {
    let step = self == .standard ? 32 : 16
    return (side + step - 1) / step
  }
}
