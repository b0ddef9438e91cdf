/// The hinge over triplets in a learned metric, averaged.
///
///     L = (1/|T|) Σ over (a, p, n) in T of max(0, d²(a, p) − d²(a, n) + m) ,   |T| = 0 ⇒ 0
///
/// The subgradient at 0 is 0. For an active triplet the gradients are ∂a = 2M(n − p), ∂p = −2M(a − p), ∂n = 2M(a − n)
/// and ∂L = 2L((a − p)(a − p)ᵀ − (a − n)(a − n)ᵀ).
///
/// - SeeAlso: ``MahalanobisMetric``, ``HighWeightSelection``, ``AttentiveTripletLoss``.
public struct MahalanobisTriplet<Scalar: TensorScalar>: Sendable {
  /// Three samples by index.
  public typealias Triplet = SampleTriplet

  /// The learned distance.
  public var metric: MahalanobisMetric<Scalar>
  /// m
  public let margin: Scalar

  /// Creates the loss.
  public init(metric: MahalanobisMetric<Scalar>, margin: Scalar = 1) {
    self.metric = metric
    self.margin = margin
  }

  /// The value; adds `weight` × gradient.
  ///
  /// - Parameters:
  ///   - embeddings: `[B, D]`.
  ///   - triplets: Indices into the rows.
  ///   - weight: The factor of this loss in the whole objective.
  ///   - gradient: `[B, D]`, added to.
  ///   - mapGradient: `[R, D]`, added to.
  /// - Complexity: O(B·R·D + |T|·(R + D)): every embedding is mapped once, by a matrix product of the current backend.
  public func callAsFunction(
    _ embeddings: MatrixView<Scalar>, triplets: [Triplet], weight: Scalar = 1,
    embeddings gradient: inout MutableMatrixView<Scalar>, map mapGradient: inout MutableMatrixView<Scalar>
  ) -> Scalar {
    guard !triplets.isEmpty else { return 0 }
    let share = 1 / Scalar(triplets.count)
    let mapped = MappedPoints(embeddings, by: metric)
    let squares = mapped.squares(of: triplets)
    let outcome = TripletHinge(margin: margin, power: metric.power).run(
      triplets, near: squares.near, far: squares.far, scale: 1)
    if outcome.activeCount > 0 {
      let byImage = mapped.imageGradient(outcome.slopes, factor: share * weight)
      mapped.accumulateMapGradient(byImage, into: &mapGradient)
      let byPoint = mapped.pointGradient(outcome.slopes, factor: share * weight, byImages: byImage)
      Scalar.metricKernels.add(byPoint.span, scaledBy: 1, to: &gradient.elements)
    }
    return Scalar(outcome.loss) * share
  }
}
