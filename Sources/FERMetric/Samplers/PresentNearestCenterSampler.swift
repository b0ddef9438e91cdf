/// The negative is the nearest other center among the classes that the batch contains.
///
/// A sample of a batch with one class only is not valid.
///
/// - Complexity: O(B·C·D).
/// - SeeAlso: the present-class variant of the triplet-center loss.
public struct PresentNearestCenterSampler<Scalar: TensorScalar>: NegativeSampler, Codable, Hashable {
  /// Creates the sampler.
  public init() {}

  /// Chooses the nearest other center of a class that takes part in the batch.
  public func select(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection) {
    var isPresent = [Bool](repeating: false, count: batch.requiredCenters.rows)
    for i in 0..<batch.count where batch.takesPart(i) { isPresent[batch.labels[i]] = true }
    selection.chooseByDistance(batch) { isPresent[$0] }
  }
}

extension NegativeSampler {
  /// The nearest other center among the classes in the batch.
  public static func presentNearestCenter<S: TensorScalar>() -> Self where Self == PresentNearestCenterSampler<S> {
    PresentNearestCenterSampler()
  }
}
