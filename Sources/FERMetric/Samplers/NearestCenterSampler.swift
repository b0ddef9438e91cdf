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

extension NegativeSelection {
  /// Gives each sample one class by the distance of its center.
  mutating func chooseByDistance<Scalar>(
    _ batch: MetricBatch<Scalar>, space: SelectionSpace = .raw, weighted: Bool = false, farthest: Bool = false,
    among allowed: (Int) -> Bool = { _ in true }
  ) {
    reset(.perSample, samples: batch.count, dimension: batch.dimension)
    var distances = Tensor<Scalar>(uninitialized: [batch.requiredCenters.rows])
    batch.withCoordinates(in: space) { embeddings, centers in
      for i in 0..<batch.count {
        guard batch.canHaveNegative(i),
          let choice = batch.nearestCandidate(
            of: i, embeddings, centers, weighted: weighted, distances: &distances, farthest: farthest, among: allowed)
        else {
          invalidate(i)
          continue
        }
        choose(choice, forSample: i)
      }
    }
  }
}

extension NegativeSampler {
  /// The nearest other center.
  public static func nearestCenter<S: TensorScalar>(
    space: SelectionSpace = .raw, weighted: Bool = false
  ) -> Self where Self == NearestCenterSampler<S> {
    NearestCenterSampler(space: space, weighted: weighted)
  }

  /// The nearest other center among the classes in the batch.
  public static func presentNearestCenter<S: TensorScalar>() -> Self where Self == PresentNearestCenterSampler<S> {
    PresentNearestCenterSampler()
  }

  /// The farthest other center.
  public static func farthestCenter<S: TensorScalar>() -> Self where Self == FarthestCenterSampler<S> {
    FarthestCenterSampler()
  }
}
