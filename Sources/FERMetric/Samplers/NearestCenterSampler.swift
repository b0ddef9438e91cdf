/// The negative is the nearest other center, as in the triplet-center loss.
///
///     kᵢ = argmin over k ≠ yᵢ of ‖xᵢ − cₖ‖²
///
/// - Complexity: O(B·C·D).
/// - SeeAlso: X. He et al., *Triplet-Center Loss for Multi-View 3D Object Retrieval*, CVPR 2018.
public struct NearestCenterSampler<Scalar: TensorScalar>: NegativeSampler, Codable, Hashable {
  /// Where distance is measured.
  public let space: SelectionSpace
  /// Whether inclusion weights multiply the squared differences.
  public let isWeighted: Bool

  /// Creates the sampler.
  public init(space: SelectionSpace = .raw, weighted: Bool = false) {
    self.space = space
    isWeighted = weighted
  }

  /// Chooses the nearest other center.
  public func select(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection) {
    selection.chooseByDistance(batch, space: space, weighted: isWeighted)
  }
}

extension NegativeSampler {
  /// The nearest other center.
  public static func nearestCenter<S: TensorScalar>(
    space: SelectionSpace = .raw, weighted: Bool = false
  ) -> Self where Self == NearestCenterSampler<S> {
    NearestCenterSampler(space: space, weighted: weighted)
  }
}
