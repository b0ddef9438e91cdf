/// The (N+M)-tuplet clusters loss: the samples of a class within a learned radius of their mean, and its negatives, which
/// show the same persons, outside of it.
///
/// A cluster holds the N samples of a class, with mean c, and M negatives of other classes. With d(x) = ‖x − c‖², a
/// reference distance T and a gap τ,
///
///     L = mean over clusters of (1/N) Σᵢ max(0, d(xᵢ) − T + τ/2) + (1/M) Σⱼ max(0, T + τ/2 − d(yⱼ))
///
/// There is one cluster for each class and identity that the batch shows together; its negatives have that identity and
/// another class. Under other policies they are chosen accordingly, and without identities there is one cluster for each
/// class. Clusters without negatives are left out. The mean c moves with its samples: the gradient goes through it.
///
/// T adapts after each step, T ← T − ρ·∂L/∂T, never below τ/2: ρ = 0 keeps it. Positives beyond `reach` of their mean
/// pull no more, so that mislabelled faces don't.
///
/// - Complexity: O(B·K·D + B·Q) for K classes and Q clusters in the batch.
/// - SeeAlso: X. Liu, B. V. K. Vijaya Kumar, J. You and P. Jia, *Adaptive Deep Metric Learning for Identity-Aware Facial
///   Expression Recognition*, CVPR Workshops 2017; Docs/TripletLosses.md says which reading this is.
public struct TupletClusterLoss<Scalar: TensorScalar>: MetricLoss {
  /// τ
  public let gap: Double
  /// ρ
  public let rate: Double
  /// The largest distance from which a positive is pulled; `nil` means any.
  public let reach: Double?
  /// Which negatives a cluster's identity admits.
  public let identities: IdentityPolicy
  /// The space of embeddings and means.
  public let space: TripletDistance.Space
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy
  /// T
  public private(set) var reference: Scalar

  /// Creates a loss.
  ///
  /// - Precondition: The gap and the rate are not negative, and T is at least τ/2.
  public init(
    reference: Double = 1, gap: Double = 0.4, rate: Double = 0.01, reach: Double? = nil,
    identities: IdentityPolicy = .require, space: TripletDistance.Space = .normalized,
    nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(gap >= 0 && gap.isFinite && rate >= 0 && rate.isFinite, "gap \(gap) and rate \(rate) are not negative")
    precondition(
      reference >= gap / 2 && reference.isFinite, "the reference distance \(reference) lies below half the gap \(gap)")
    self.reference = Scalar(reference)
    self.gap = gap
    self.rate = rate
    self.reach = reach
    self.identities = identities
    self.space = space
    self.nonFinite = nonFinite
  }

  /// Computes the loss, adds `weight` × gradient, and lets T adapt.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added or adapted.
  /// - Precondition: Identities are there unless the policy ignores them.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    let result: TupletClusterPass<Scalar>
    if let mask = try batch.finiteSamples(nonFinite) {
      result = evaluate(batch.including(mask.span), weight: weight, gradients: &gradients)
    } else {
      result = evaluate(batch, weight: weight, gradients: &gradients)
    }
    reference = Scalar(max(gap / 2, Double(reference) - rate * result.referenceSlope))
    return result.report
  }

  /// The value alone, with T as it is; changes nothing.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    var none = MetricGradients<Scalar>()
    guard let mask = try batch.finiteSamples(nonFinite) else {
      return evaluate(batch, weight: 0, gradients: &none).report
    }
    return evaluate(batch.including(mask.span), weight: 0, gradients: &none).report
  }

  /// Visits `reference`, one number.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    var state = MetricState<Scalar>.tensor(Tensor([reference]))
    try visit("reference", &state)
    guard case .tensor(let values) = state, values.shape == [1] else {
      preconditionFailure("the reference distance must remain one number")
    }
    reference = max(Scalar(gap / 2), values[0])
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func evaluate(
    _ batch: MetricBatch<Scalar>, weight: Scalar, gradients: inout MetricGradients<Scalar>
  ) -> TupletClusterPass<Scalar> {
    identities.check(batch)
    var pass = TupletClusterPass(batch, space: space)
    pass.run(batch, identities, reference: reference, gap: Scalar(gap), reach: reach.map { Scalar($0) })
    let scale = weight * pass.share
    if scale != 0 && gradients.embeddings != nil { pass.accumulate(scale: scale, into: &gradients.embeddings!) }
    return pass
  }
}
