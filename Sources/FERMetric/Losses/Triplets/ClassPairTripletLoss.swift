/// The triplet loss with a margin for each pair of classes, which adapts, and without triplets that look like outliers.
///
///     L = mean over hard triplets of max(0, d(a, p) − d(a, n) + m(yₐ, yₙ))
///
/// Each anchor forms one triplet, of its farthest positive and its nearest negative. Distances of pairs of one class, and
/// of pairs of two, are each modelled as normal within the batch; a triplet is abnormal whose positive is farther than
/// μ⁺ + k·σ⁺ or whose negative is nearer than μ⁻ − k·σ⁻. Samples of large pose or occlusion, the first stage of the
/// paper, are left out by ``MetricBatch/included``.
///
/// A margin of a pair that formed triplets moves after each step by m ← m + ρ·(η − A), within its bounds, where A is
/// the share of the pair's triplets that were active: that is a gradient step on the pair's mean loss less η·m. A pair
/// that is hard to tell apart so gets the smaller margin. Without the reward η every learned margin falls to its bound,
/// because the loss never falls with a margin. Unordered pairs share one margin.
///
/// - Complexity: O(B²·D).
/// - SeeAlso: W. Xie, H. Wu, Y. Tian, M. Bai and L. Shen, *Triplet Loss With Multistage Outlier Suppression and Class-Pair
///   Margins for Facial Expression Recognition*, IEEE TCSVT 2022; Docs/TripletLosses.md says which reading this is.
public struct ClassPairTripletLoss<Scalar: TensorScalar>: MetricLoss {
  /// C
  public let classes: Int
  /// How margins adapt.
  public let rule: ClassPairMarginRule
  /// What becomes of abnormal triplets.
  public let outliers: OutlierPolicy
  /// How distances are measured.
  public let distance: TripletDistance
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy

  private var margins: ClassPairTable<Scalar>

  /// Creates a loss whose margins all start alike.
  ///
  /// - Precondition: There are classes; the rule and the policy have a meaning.
  public init(
    classes: Int, margin: Double = 0.2, rule: ClassPairMarginRule = ClassPairMarginRule(),
    outliers: OutlierPolicy = .discard(deviations: 3), distance: TripletDistance = .faceNet,
    nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(classes > 0, "margins for pairs of classes need classes, not \(classes)")
    precondition(rule.bounds.contains(margin), "the margin \(margin) lies outside its bounds \(rule.bounds)")
    precondition(rule.rate >= 0 && rule.rate.isFinite, "the margins' rate is not negative, unlike \(rule.rate)")
    precondition(
      (0...1).contains(rule.activeShare), "a share of active triplets lies in 0…1, not at \(rule.activeShare)")
    if let deviations = outliers.deviations {
      precondition(deviations > 0, "outliers lie a positive number of deviations away, not \(deviations)")
    }
    self.classes = classes
    self.rule = rule
    self.outliers = outliers
    self.distance = distance
    self.nonFinite = nonFinite
    margins = ClassPairTable(classes: classes, repeating: Scalar(margin))
  }

  /// The margin of triplets whose anchor and negative have the given classes.
  public func margin(anchor: Int, negative: Int) -> Scalar { margins[anchor, negative] }

  /// Computes the loss, adds `weight` × gradient, and lets the margins adapt.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added or adapted.
  /// - Precondition: Labels lie in `0..<C`.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    guard let mask = try batch.finiteSamples(nonFinite) else {
      let (value, adapted) = evaluate(batch, weight: weight, gradients: &gradients)
      margins = adapted
      return value
    }
    let (value, adapted) = evaluate(batch.including(mask.span), weight: weight, gradients: &gradients)
    margins = adapted
    return value
  }

  /// The value alone, with the margins as they are; changes nothing.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    var none = MetricGradients<Scalar>()
    guard let mask = try batch.finiteSamples(nonFinite) else {
      return evaluate(batch, weight: 0, gradients: &none).value
    }
    return evaluate(batch.including(mask.span), weight: 0, gradients: &none).value
  }

  /// Visits `margins`, `[C, C]`, by the classes of anchor and negative.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    var state = MetricState<Scalar>.tensor(Tensor(margins.elements, shape: [classes, classes]))
    try visit("margins", &state)
    guard case .tensor(let values) = state, values.shape == [classes, classes] else {
      preconditionFailure("the margins must remain a tensor of shape [\(classes), \(classes)]")
    }
    margins.elements = values.array.map {
      Scalar(min(max(Double($0), rule.bounds.lowerBound), rule.bounds.upperBound))
    }
  }

  private func evaluate(
    _ batch: MetricBatch<Scalar>, weight: Scalar, gradients: inout MetricGradients<Scalar>
  ) -> (value: LossValue<Scalar>, margins: ClassPairTable<Scalar>) {
    batch.checkLabels(classes: classes)
    var table = DistanceTable(batch, distance)
    let list = outliers.hardTriplets(of: batch, table.distances.matrix)
    let term = TripletTerm<Scalar>(.hinge(margin: 0), dimension: batch.dimension)
    var tally = TripletTally(anchors: batch.count)
    table.add(list, term, margins: margins, labels: batch.labels, to: &tally)
    let share = tally.share(.mean)
    gradients.addToEmbeddings(table, scale: weight * Scalar(share))
    let adapted = rule.adapt(margins, list, labels: batch.labels, distances: table.distances.matrix)
    return (tally.report(scale: share, samples: false), adapted)
  }
}
