/// Where the squash σ, the logistic function, acts (option A1).
public enum Squash: String, Sendable, Hashable, Codable, CaseIterable {
  /// On each coordinate of embedding and centers: (σ(x) − σ(c))². Distances per coordinate lie in 0..<1.
  case elements
  /// On each squared difference: σ((x − c)²), in 0.5..<1.
  case distance
  /// On each squared difference, zero at zero: 2σ((x − c)²) − 1 = tanh((x − c)²/2), in 0..<1.
  case distanceZeroed
  /// Nowhere: (x − c)². With embeddings that come out of a sigmoid layer this is the third reading of the paper.
  case none
}

/// What the inclusion weights multiply (option A2). All three agree for weights that are 0 or 1.
public enum AttentionMode: String, Sendable, Hashable, Codable, CaseIterable {
  /// The squared differences, as in DACL.
  case distance
  /// Embedding and centers after the squash: weights enter squared.
  case vectorsAfter
  /// Embedding and centers before the squash.
  case vectorsBefore
}

/// Which distances the inclusion weights act on (option A3).
public enum AttentionScope: String, Sendable, Hashable, Codable, CaseIterable {
  case both, positive
}

/// How coordinates are put together (option A6). `.mean` divides the whole bracket, margin included, by D, so that a
/// weight λ with the mean equals λ/D with the sum.
public enum DimensionReduction: String, Sendable, Hashable, Codable, CaseIterable {
  case sum, mean
}

/// How samples are put together (option A7).
public enum BatchReduction: String, Sendable, Hashable, Codable, CaseIterable {
  /// The mean over valid samples.
  case mean
  /// The sum.
  case sum
  /// No reduction: every sample's loss is reported, gradients are those of each sample's own loss, and the value is
  /// their sum.
  case none
}

/// The power of the distances (option A8).
public enum DistancePower: String, Sendable, Hashable, Codable, CaseIterable {
  /// Squared distances.
  case squared
  /// Their roots, √max(d, 10⁻¹²), with zero gradient below that bound.
  case root
}

/// How positive distance, negative distance and margin become a loss (option A13).
public enum LossForm: String, Sendable, Hashable, Codable, CaseIterable {
  /// max(0, w·d⁺ − d⁻ + m); subgradient 0 at 0.
  case hinge
  /// ln(1 + exp(w·d⁺ − d⁻ + m)).
  case softplus
  /// −ln(1 − d⁺/m + ε) − ln(d⁻/m + ε) with ε = 10⁻⁸: Arsenault's form, with the margin as its N and β. The margin has
  /// to bound the distances, which the adaptive margin with scale 1 does; generators known not to do so are refused, and
  /// for given margins 1 − d⁺/m is held at 0 below that. A sample whose margin is 0 contributes 0.
  case log
}
