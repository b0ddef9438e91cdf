/// The five-tuple: two triplets on one anchor, one by its label and one by its identity.
///
///     L = mean over anchors of max(0, d(a, p) − d(a, n) + m) + w·max(0, d(a, q) − d(a, r) + m_id)
///
/// p is the farthest sample of the anchor's label, n the nearest of another. Labels may be expressions or poses: the loss
/// takes what the batch calls a label. The sense of the identity triplet says what q and r are:
///
/// | | q, pulled (farthest) | r, pushed (nearest) |
/// |---|---|---|
/// | ``IdentitySense/invariant`` (default) | the anchor's label, another identity | another label, the anchor's identity |
/// | ``IdentitySense/aware`` | the anchor's identity | another identity |
///
/// An anchor counts if all five are there.
///
/// - Complexity: O(B²·D).
/// - SeeAlso: Y. Liu et al., *Dynamic multi-channel metric network for joint pose-aware and identity-invariant facial
///   expression recognition*, Information Sciences 578, 2021; Docs/TripletLosses.md says which reading this is.
public struct FiveTupletLoss<Scalar: TensorScalar>: MetricLoss {
  /// m
  public let margin: Double
  /// m_id
  public let identityMargin: Double
  /// w
  public let identityWeight: Double
  /// What the identity triplet wants.
  public let sense: IdentitySense
  /// How distances are measured.
  public let distance: TripletDistance
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy

  /// Creates a loss.
  ///
  /// - Precondition: Margins are numbers, and the weight is not negative.
  public init(
    margin: Double = 0.2, identityMargin: Double = 0.2, identityWeight: Double = 1, sense: IdentitySense = .invariant,
    distance: TripletDistance = .faceNet, nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(
      margin.isFinite && identityMargin.isFinite, "margins \(margin) and \(identityMargin) have to be numbers")
    precondition(
      identityWeight >= 0 && identityWeight.isFinite, "the identity's weight is not negative, unlike \(identityWeight)")
    self.margin = margin
    self.identityMargin = identityMargin
    self.identityWeight = identityWeight
    self.sense = sense
    self.distance = distance
    self.nonFinite = nonFinite
  }

  /// Computes the loss and adds `weight` × gradient.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added.
  /// - Precondition: The batch has identities.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    guard let mask = try batch.finiteSamples(nonFinite) else {
      return evaluate(batch, weight: weight, gradients: &gradients)
    }
    return evaluate(batch.including(mask.span), weight: weight, gradients: &gradients)
  }

  /// The value alone; changes nothing.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    var none = MetricGradients<Scalar>()
    guard let mask = try batch.finiteSamples(nonFinite) else { return evaluate(batch, weight: 0, gradients: &none) }
    return evaluate(batch.including(mask.span), weight: 0, gradients: &none)
  }

  private func evaluate(
    _ batch: MetricBatch<Scalar>, weight: Scalar, gradients: inout MetricGradients<Scalar>
  ) -> LossValue<Scalar> {
    guard let identities = batch.identities else {
      preconditionFailure("the five-tuple reads the batch's identities, but the batch has none")
    }
    var table = DistanceTable(batch, distance)
    let (byLabel, byIdentity) = tuples(of: batch, identities, table.distances.matrix)
    var tally = TripletTally(anchors: batch.count)
    let term = TripletTerm<Scalar>(.hinge(margin: margin), dimension: batch.dimension)
    table.add(byLabel, term, labels: batch.labels, to: &tally)
    let identityTerm = TripletTerm<Scalar>(.hinge(margin: identityMargin), dimension: batch.dimension)
    table.add(byIdentity, identityTerm, labels: batch.labels, weight: Scalar(identityWeight), to: &tally)
    let share = byLabel.count > 0 ? 1 / Double(byLabel.count) : 0
    gradients.addToEmbeddings(table, scale: weight * Scalar(share))
    return tally.report(scale: share, samples: false)
  }

  /// The two triplets of each complete anchor, in the same order.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func tuples(
    of batch: MetricBatch<Scalar>, _ identities: Span<Int>, _ distances: MatrixView<Scalar>
  ) -> (byLabel: TripletList, byIdentity: TripletList) {
    var (byLabel, byIdentity) = (TripletList(), TripletList())
    let kernels = Scalar.tripletKernels
    let (classes, persons) = (TripletCandidates(batch), TripletCandidates(batch, by: identities))
    for a in 0..<batch.count where batch.takesPart(a) {
      let row = distances[row: a]
      let (pulled, pushed): (Int?, Int?)
      switch sense {
      case .invariant:
        pulled = row.farthest(of: classes.classmates(of: a).filter { identities[$0] != identities[a] })
        pushed = row.nearest(of: persons.classmates(of: a).filter { batch.labels[$0] != batch.labels[a] })
      case .aware:
        pulled = kernels.farthest(row, persons.positives(of: a))
        pushed = kernels.nearest(row, persons.negatives(of: a))
      }
      guard let p = kernels.farthest(row, classes.positives(of: a)),
        let n = kernels.nearest(row, classes.negatives(of: a)), let q = pulled, let r = pushed
      else { continue }
      byLabel.append(anchor: a, positive: p, negative: n)
      byIdentity.append(anchor: a, positive: q, negative: r)
    }
    return (byLabel, byIdentity)
  }
}

/// What the identity triplet of ``FiveTupletLoss`` wants.
public enum IdentitySense: String, Sendable, Hashable, Codable, CaseIterable {
  /// Embeddings that do not tell persons apart: other persons of the label near, the own person's other labels far.
  case invariant
  /// Embeddings that tell persons apart: the own person near, other persons far.
  case aware
}
