extension SyntheticFaces {
  /// How far the pictures stray from textbook expressions taken by a good photographer.
  public struct Difficulty: Sendable, Hashable, Codable {
    /// The weakest and the strongest display; 1 is the textbook's, 0 is no expression at all.
    public var intensity: ClosedRange<Float>
    /// Strength of facial actions that do not belong to the expression, and of the pull towards a similar expression.
    public var ambiguity: Float
    /// Range of roll, turn, shift and scale. At 1 a face rolls by up to 19°, turns until the nose has moved by a third
    /// of the half width, and shifts by up to 8 % of the picture.
    public var pose: Float
    /// Range of gradient, contrast, gamma and cast of the light.
    public var light: Float
    /// The share of pictures in which something covers a part of the face.
    public var occlusion: Float
    /// Strength of noise and blur.
    public var grain: Float

    /// A setting from its parts; ``standard`` is the one to start from.
    public init(
      intensity: ClosedRange<Float>, ambiguity: Float, pose: Float, light: Float, occlusion: Float, grain: Float
    ) {
      self.intensity = intensity
      self.ambiguity = ambiguity
      self.pose = pose
      self.light = light
      self.occlusion = occlusion
      self.grain = grain
    }

    /// Strong expressions, seen straight on in even light.
    public static let low = Difficulty(
      intensity: 0.9...1.1, ambiguity: 0.1, pose: 0.2, light: 0.3, occlusion: 0, grain: 0.1)

    /// The setting of the demo: expressions of varied strength under the conditions of snapshots.
    public static let standard = Difficulty(
      intensity: 0.4...1.15, ambiguity: 0.5, pose: 0.65, light: 0.7, occlusion: 0.3, grain: 0.6)
  }
}
