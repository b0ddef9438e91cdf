/// The negative is the farthest other center: an easy control to compare with.
///
///     kᵢ = argmax over k ≠ yᵢ of ‖xᵢ − cₖ‖²
///
/// - Complexity: O(B·C·D).
public struct FarthestCenterSampler<Scalar: TensorScalar>: NegativeSampler, Codable, Hashable {
  /// Creates the sampler.
  public init() {}

  /// Chooses the farthest other center.
  public func select(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection) {
    selection.chooseByDistance(batch, farthest: true)
  }
}

extension NegativeSampler {
  /// The farthest other center.
  public static func farthestCenter<S: TensorScalar>() -> Self where Self == FarthestCenterSampler<S> {
    FarthestCenterSampler()
  }
}
