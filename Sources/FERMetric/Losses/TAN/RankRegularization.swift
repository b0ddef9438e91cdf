/// The rank regularisation of Self-Cure Network as a loss of its own: sample weights have to fall into a high and a low
/// group.
///
///     R = max(0, m − (mean of the ⌊βB⌋ largest α − mean of the others)) ,   m = 0.15, β = 0.7
///
/// Beside the cross-entropy of logits that the weights multiply, this is the importance weighting of that paper:
///
///     ModelConfiguration(classes: 7, sampleAttention: .scalar)
///     JointObjective<Float>(metric: RankRegularization(), lambda: 1)
///
/// In a training's configuration it is `RankRegularizationTerm`. Ties go to the lower index. A batch whose high or low
/// group is empty is worth 0. ``AttentiveTripletLoss`` contains R.
///
/// - Complexity: O(B log B).
/// - SeeAlso: K. Wang et al., *Suppressing uncertainties for large-scale facial expression recognition*, CVPR 2020.
public struct RankRegularization<Scalar: TensorScalar>: MetricLoss {
  /// m
  public let margin: Double
  /// β
  public let share: Double
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy

  /// Creates the loss.
  ///
  /// - Precondition: The margin lies above 0 and at most at 1, and the share between 0 and 1.
  public init(margin: Double = 0.15, share: Double = 0.7, nonFinite: NonFinitePolicy = .strict) {
    if let objection = Self.objection(margin: margin, share: share) { preconditionFailure(objection) }
    self.margin = margin
    self.share = share
    self.nonFinite = nonFinite
  }

  /// Why no regularisation can have this margin and share, in a clause, or `nil` if one can.
  ///
  /// Weights lie in 0...1, and so do the differences of their means.
  public static func objection(margin: Double, share: Double) -> String? {
    if !(margin > 0 && margin <= 1) { return "the rank margin lies above 0 and at most at 1, not at \(margin)" }
    if !(share > 0 && share < 1) { return "the share of high ranks lies between 0 and 1, not at \(share)" }
    return nil
  }

  /// Computes R and adds `weight` × gradient to that of the weights.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added.
  /// - Precondition: The batch has sample weights.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    let (places, penalty) = try penalty(for: batch)
    var slopes = [Scalar](repeating: 0, count: places.count)
    penalty.accumulate(weight, into: &slopes)
    for (i, place) in places.enumerated() { gradients.weights?[place] += slopes[i] }
    return report(places.count, penalty)
  }

  /// The value alone.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    let (places, penalty) = try penalty(for: batch)
    return report(places.count, penalty)
  }

  private func report(_ count: Int, _ penalty: RankPenalty<Scalar>) -> LossValue<Scalar> {
    LossValue(
      value: penalty.value, validCount: count, activeFraction: penalty.value > 0 ? 1 : 0, meanMargin: Scalar(margin))
  }

  private func penalty(
    for batch: MetricBatch<Scalar>
  ) throws(MetricError) -> (places: [Int], penalty: RankPenalty<Scalar>) {
    guard let weights = batch.weights else {
      preconditionFailure("the rank regularisation reads the batch's sample weights, but the batch has none")
    }
    let mask = try batch.finiteSamples(nonFinite)
    let places = (0..<batch.count).filter { mask?[$0] ?? batch.takesPart($0) }
    return (places, RankPenalty(places.map { weights[$0] }, margin: margin, share: share))
  }
}
