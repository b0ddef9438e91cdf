/// The triplet loss over the samples of a batch: each anchor nearer to its positives than to its negatives.
///
/// For an anchor a, a positive p of its class and a negative n of another, with d⁺ = d(a, p) and d⁻ = d(a, n),
///
///     L = mean over triplets of max(0, d⁺ − d⁻ + m)
///
/// or of one of the other forms of ``TripletForm``. The choice says which triplets are formed: FaceNet's semi-hard ones
/// (the default), all of them, or the hardest of each anchor. Identities can restrict the negatives. The presets name the
/// published combinations.
///
///     var loss = TripletLoss<Float>.batchHard(margin: 0.3)
///     var gradients = MetricGradients(embeddings: dx.mutableMatrix)
///     let value = try loss(batch, weight: 0.1, accumulatingInto: &gradients)
///
/// ``LossValue/validCount`` counts anchors; the active fraction and the means are taken over triplets, and a sample's
/// loss is the mean over its triplets as their anchor.
///
/// ## Numerical behavior
/// Distances come from differences of coordinates, so that equal embeddings have distance 0. The hinge's subgradient at
/// 0 is 0. A batch without triplets is worth 0 and adds nothing. Labels may be any integers.
///
/// - Complexity: O(B²·D) for the distances; O(B²) to O(B² log B) for the triplets, O(B³) for all triplets with the soft
///   margin. Memory O(B²): triplets are never laid out in a cube.
/// - SeeAlso: F. Schroff, D. Kalenichenko and J. Philbin, *FaceNet*, CVPR 2015; A. Hermans, L. Beyer and B. Leibe, *In
///   Defense of the Triplet Loss for Person Re-Identification*, 2017; Docs/TripletLosses.md.
public struct TripletLoss<Scalar: TensorScalar>: MetricLoss {
  /// Which triplets, and what becomes of them.
  public let options: TripletOptions
  /// Whether ``LossValue/samples`` is filled.
  public var reportsSamples = false

  /// Creates a loss from options.
  ///
  /// - Precondition: The options have a meaning together (``TripletOptions/objection`` is `nil`).
  public init(options: TripletOptions) {
    if let objection = options.objection { preconditionFailure(objection) }
    self.options = options
  }

  /// Creates a loss; every option defaults to FaceNet's reading.
  ///
  /// - Precondition: The options have a meaning together.
  public init(
    choice: TripletChoice = .semihard(fallback: .farthest), form: TripletForm = .hinge(margin: 0.2),
    distance: TripletDistance = .faceNet, identities: IdentityPolicy = .ignore, reduction: TripletReduction = .mean,
    nonFinite: NonFinitePolicy = .strict
  ) {
    var options = TripletOptions()
    options.choice = choice
    options.form = form
    options.distance = distance
    options.identities = identities
    options.reduction = reduction
    options.nonFinite = nonFinite
    self.init(options: options)
  }

  /// Computes the loss and adds `weight` × gradient.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added.
  /// - Precondition: Buffers have their batch's size; identities are there where the options ask for them; β bounds D.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    guard let mask = try batch.finiteSamples(options.nonFinite) else {
      return evaluate(batch, weight: weight, gradients: &gradients)
    }
    return evaluate(batch.including(mask.span), weight: weight, gradients: &gradients)
  }

  /// The value alone; changes nothing.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    var none = MetricGradients<Scalar>()
    guard let mask = try batch.finiteSamples(options.nonFinite) else {
      return evaluate(batch, weight: 0, gradients: &none)
    }
    return evaluate(batch.including(mask.span), weight: 0, gradients: &none)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func evaluate(
    _ batch: MetricBatch<Scalar>, weight: Scalar, gradients: inout MetricGradients<Scalar>
  ) -> LossValue<Scalar> {
    options.identities.check(batch)
    let term = TripletTerm<Scalar>(options.form, dimension: batch.dimension)
    var tally = TripletTally(anchors: batch.count)
    var table = DistanceTable(batch, options.distance)
    if options.choice == .all {
      table.addAll(of: batch, term, identities: options.identities, to: &tally)
    } else {
      let list = TripletList(
        options.choice, in: batch, distances: table.distances.matrix, identities: options.identities)
      table.add(list, term, labels: batch.labels, to: &tally)
    }
    let share = tally.share(options.reduction)
    gradients.addToEmbeddings(table, scale: weight * Scalar(share))
    return tally.report(scale: share, samples: reportsSamples)
  }
}

extension MetricGradients {
  /// Carries the gradients by the distances of a table, and of another made of it, on to the embeddings, if these are
  /// wanted.
  mutating func addToEmbeddings(
    _ table: DistanceTable<Scalar>, with other: DistanceTable<Scalar>? = nil, scale: Scalar
  ) {
    guard scale != 0 else { return }
    if embeddings != nil { table.accumulate(scale: scale, with: other, into: &embeddings!) }
  }
}
