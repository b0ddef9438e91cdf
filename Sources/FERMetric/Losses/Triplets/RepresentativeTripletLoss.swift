/// The triplet loss over few triplets that represent the batch: diverse anchors, each with positives and negatives that
/// are relevant, hard and diverse.
///
/// Anchors are chosen farthest first: the first is the eligible sample with the largest sum of distances to all, each next
/// one the farthest from those already chosen. For each anchor the relevant candidates are those of its class (positives)
/// or of others (negatives); of these the hardest are pooled, `pool` times as many as wanted; and from the pool the
/// wanted number is chosen farthest first among each other, from the hardest on. Every positive forms a triplet with
/// every negative, and the loss is the mean hinge.
///
/// - Complexity: O(B²·D + B² log B + A·B) for A anchors.
/// - SeeAlso: G. Sumbul, M. Ravanbakhsh and B. Demir, *Informative and Representative Triplet Selection for Multilabel
///   Remote Sensing Image Retrieval*, IEEE TGRS 2022; Docs/TripletLosses.md says which reading this is.
public struct RepresentativeTripletLoss<Scalar: TensorScalar>: MetricLoss {
  /// The share of eligible samples that become anchors, rounded up.
  public let anchorShare: Double
  /// How many positives, and how many negatives, an anchor gets at most.
  public let candidates: Int
  /// How many times as many hard candidates the diverse ones are chosen from.
  public let pool: Int
  /// How two distances become a loss.
  public let form: TripletForm
  /// How distances are measured.
  public let distance: TripletDistance
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy

  /// Creates a loss.
  ///
  /// - Precondition: The share lies in 0…1, above 0, and counts are positive; the form has a meaning with the distance.
  public init(
    anchorShare: Double = 0.25, candidates: Int = 2, pool: Int = 2, form: TripletForm = .hinge(margin: 0.2),
    distance: TripletDistance = .faceNet, nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(
      anchorShare > 0 && anchorShare <= 1, "the share of anchors lies in 0…1, above 0, not at \(anchorShare)")
    precondition(candidates > 0 && pool > 0, "\(candidates) candidates from a pool \(pool) times as large are none")
    var options = TripletOptions()
    options.form = form
    options.distance = distance
    if let objection = options.objection { preconditionFailure(objection) }
    self.anchorShare = anchorShare
    self.candidates = candidates
    self.pool = pool
    self.form = form
    self.distance = distance
    self.nonFinite = nonFinite
  }

  /// Computes the loss and adds `weight` × gradient.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added.
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
    var table = DistanceTable(batch, distance)
    let list = triplets(of: batch, table.distances.matrix)
    var tally = TripletTally(anchors: batch.count)
    table.add(list, TripletTerm(form, dimension: batch.dimension), labels: batch.labels, to: &tally)
    let share = tally.share(.mean)
    gradients.addToEmbeddings(table, scale: weight * Scalar(share))
    return tally.report(scale: share, samples: false)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func triplets(of batch: MetricBatch<Scalar>, _ distances: MatrixView<Scalar>) -> TripletList {
    var found = TripletCandidates(batch)
    let eligible = (0..<batch.count).filter { batch.takesPart($0) && found.areThere(for: $0) }
    var list = TripletList()
    guard let first = Self.outermost(of: eligible, distances) else { return list }
    let wanted = Int((anchorShare * Double(eligible.count)).rounded(.up))
    for anchor in distances.diverse(wanted, of: eligible, from: first) {
      found.gather(forAnchor: anchor, in: batch)
      let row = distances[row: anchor]
      let positives = row.farthest(candidates * pool, of: found.positives)
      let negatives = row.nearest(candidates * pool, of: found.negatives)
      list.append(
        anchor: anchor, positives: distances.diverse(candidates, of: positives, from: positives[0]),
        negatives: distances.diverse(candidates, of: negatives, from: negatives[0]), pairing: .every)
    }
    return list
  }

  /// The sample with the largest sum of distances to all; the first on ties. Samples that take no part are at distance 0.
  private static func outermost(of eligible: [Int], _ distances: MatrixView<Scalar>) -> Int? {
    var best: (index: Int, sum: Double)?
    for i in eligible {
      let sum = Scalar.metricKernels.total(distances[row: i])
      if best == nil || sum > best!.sum { best = (i, sum) }
    }
    return best?.index
  }
}

extension MatrixView {
  /// Up to `count` candidates, chosen farthest first: from `first` on, each the farthest from those chosen before; on ties
  /// the one that stands first.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func diverse(_ count: Int, of candidates: [Int], from first: Int) -> [Int] {
    var chosen = [first]
    var gaps = candidates.map { self[first, $0] }
    var isFree = candidates.map { $0 != first }
    while chosen.count < min(count, candidates.count) {
      var best: Int?
      for place in candidates.indices where isFree[place] && (best == nil || gaps[place] > gaps[best!]) { best = place }
      guard let best else { break }
      isFree[best] = false
      chosen.append(candidates[best])
      for place in candidates.indices where isFree[place] {
        gaps[place] = Swift.min(gaps[place], self[candidates[best], candidates[place]])
      }
    }
    return chosen
  }
}
