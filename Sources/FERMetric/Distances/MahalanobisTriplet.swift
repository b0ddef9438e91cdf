/// The hinge over triplets in a learned metric, averaged.
///
///     L = (1/|T|) Σ over (a, p, n) in T of max(0, d²(a, p) − d²(a, n) + m) ,   |T| = 0 ⇒ 0
///
/// The subgradient at 0 is 0. For an active triplet the gradients are ∂a = 2M(n − p), ∂p = −2M(a − p), ∂n = 2M(a − n).
///
/// - SeeAlso: ``MahalanobisMetric``, ``HighWeightSelection``.
public struct MahalanobisTriplet<Scalar: TensorScalar>: Sendable {
  /// Three samples by index: an anchor, one of its class, one of another.
  public struct Triplet: Sendable, Hashable {
    /// Index of the anchor, the sample of its class and the sample of another class.
    public var anchor, positive, negative: Int

    /// Creates a triplet.
    public init(anchor: Int, positive: Int, negative: Int) {
      self.anchor = anchor
      self.positive = positive
      self.negative = negative
    }
  }

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
  /// - Complexity: O(|T|·R·D).
  public func callAsFunction(
    _ embeddings: MatrixView<Scalar>, triplets: [Triplet], weight: Scalar = 1,
    embeddings gradient: inout MutableMatrixView<Scalar>, map mapGradient: inout MutableMatrixView<Scalar>
  ) -> Scalar {
    guard !triplets.isEmpty else { return 0 }
    let share = 1 / Scalar(triplets.count)
    var sum: Scalar = 0
    for triplet in triplets {
      let (a, p, n) = (
        embeddings[row: triplet.anchor], embeddings[row: triplet.positive], embeddings[row: triplet.negative]
      )
      let bracket = metric.distance(a, p) - metric.distance(a, n) + margin
      guard bracket > 0 else { continue }
      sum += bracket
      add(a, p, share * weight, triplet.anchor, triplet.positive, &gradient, &mapGradient)
      add(a, n, -share * weight, triplet.anchor, triplet.negative, &gradient, &mapGradient)
    }
    return share * sum
  }

  private func add(
    _ u: Span<Scalar>, _ v: Span<Scalar>, _ weight: Scalar, _ i: Int, _ k: Int,
    _ gradient: inout MutableMatrixView<Scalar>, _ mapGradient: inout MutableMatrixView<Scalar>
  ) {
    var ofU = Tensor<Scalar>(zeros: [u.count])
    var ofV = Tensor<Scalar>(zeros: [v.count])
    var spanU = ofU.mutableSpan
    var spanV = ofV.mutableSpan
    metric.accumulateGradient(u, v, weight: weight, u: &spanU, v: &spanV, map: &mapGradient)
    for j in 0..<u.count {
      gradient[i, j] += spanU[j]
      gradient[k, j] += spanV[j]
    }
  }
}
