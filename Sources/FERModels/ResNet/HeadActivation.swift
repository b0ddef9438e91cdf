/// What follows the normalization of the second convolution of a ``ClassifierHead``.
public enum HeadActivation: String, Codable, Sendable, Hashable, CaseIterable {
  /// Nothing: embeddings of either sign, as the lossless form wants them.
  case none
  /// max(0, ·).
  case relu
  /// The logistic function: embeddings in 0...1, for losses that do not squash.
  case sigmoid
}
