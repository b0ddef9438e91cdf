/// Every other center is a negative, one after the other; a sample's loss is their mean or sum.
///
/// - Complexity: O(B); the loss then takes O(B·C·D).
/// - SeeAlso: Lei et al., ISBI 2020, for the idea of class centers as all negatives.
public struct AllCentersSampler<Scalar: TensorScalar>: NegativeSampler, Codable, Hashable {
  /// How the losses against the centers are put together.
  public let reduction: NegativeSelection.Reduction

  /// Creates the sampler.
  public init(reduction: NegativeSelection.Reduction = .mean) {
    self.reduction = reduction
  }

  /// Marks the samples that have another class.
  public func select(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection) {
    selection.reset(.allOthers(reduction), samples: batch.count, dimension: batch.dimension)
    for i in 0..<batch.count where !batch.canHaveNegative(i) { selection.invalidate(i) }
  }
}

extension NegativeSampler {
  /// Every other center.
  public static func allCenters<S: TensorScalar>(
    reduction: NegativeSelection.Reduction = .mean
  ) -> Self where Self == AllCentersSampler<S> {
    AllCentersSampler(reduction: reduction)
  }
}
