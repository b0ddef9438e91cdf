/// The hierarchical triplet loss: all triplets of a batch, with margins from a tree of the classes.
///
///     L = (1/2Z) Σ over triplets of max(0, d(a, p) − d(a, n) + α) ,   α = β + d_H(yₐ, yₙ) − s(yₐ)
///
/// d_H is the distance at which the tree merges the classes of anchor and negative, s the mean distance within the
/// anchor's class, β = 0.1, Z the number of triplets. Classes that look alike merge early, so that their triplets have
/// the smaller margins, and those of classes that should lie far apart the larger ones.
///
/// The tree follows a record of the sums of distances between classes: R ← γ·R + (the batch's), γ = 0.9. A batch is
/// judged by the tree of γ·R and its own distances together, which is a constant for the gradient. γ = 0 takes each batch
/// by itself. The paper computes the tree over the training set before each epoch: ``refresh(embeddings:labels:)`` puts
/// such statistics into the record, and `observes = false` keeps them as they are.
///
/// - Complexity: O(B²·D + B² log B + C³).
/// - SeeAlso: Ge et al., ECCV 2018; ``ClassHierarchy``.
public struct HierarchicalTripletLoss<Scalar: TensorScalar>: MetricLoss {
  /// C
  public let classes: Int
  /// β
  public let margin: Double
  /// The number of levels of the tree.
  public let levels: Int
  /// γ
  public let memory: Double
  /// How distances are measured.
  public let distance: TripletDistance
  /// The largest distance that two samples can have, at which the tree ends.
  public let ceiling: Double
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy
  /// Whether batches enter the record, and the tree that judges them.
  public var observes = true

  private var record: ClassDistanceRecord<Scalar>

  /// Creates a loss over `classes` classes with an empty record.
  ///
  /// - Precondition: There are classes and levels, and γ lies in 0…1.
  public init(
    classes: Int, margin: Double = 0.1, levels: Int = 16, memory: Double = 0.9, distance: TripletDistance = .faceNet,
    ceiling: Double = 4, nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(classes > 0, "a tree of classes has at least one, not \(classes)")
    precondition(levels > 0, "a tree has at least one level, not \(levels)")
    precondition((0...1).contains(memory), "the record's memory γ lies in 0…1, not at \(memory)")
    precondition(margin.isFinite && ceiling.isFinite, "margin \(margin) and ceiling \(ceiling) have to be numbers")
    self.classes = classes
    self.margin = margin
    self.levels = levels
    self.memory = memory
    self.distance = distance
    self.ceiling = ceiling
    self.nonFinite = nonFinite
    record = ClassDistanceRecord(classes: classes)
  }

  /// The tree of the record.
  public var hierarchy: ClassHierarchy { record.hierarchy(levels: levels, ceiling: ceiling) }

  /// Replaces the record by the distances between given embeddings, such as those of the training set.
  ///
  /// - Precondition: Labels lie in `0..<C`, and numbers are finite.
  /// - Complexity: O(N²·D) and N² numbers of memory.
  public mutating func refresh(embeddings: MatrixView<Scalar>, labels: Span<Int>) {
    let batch = MetricBatch(embeddings: embeddings, labels: labels)
    batch.checkLabels(classes: classes)
    precondition(
      Scalar.metricKernels.firstNonfinite(in: embeddings.elements) == nil,
      "the hierarchy of classes needs embeddings that are finite")
    record = ClassDistanceRecord(classes: classes)
    record.add(DistanceTable(batch, distance).distances.matrix, of: batch, memory: 0)
  }

  /// Computes the loss, adds `weight` × gradient, and lets the record observe the batch.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added or observed.
  /// - Precondition: Labels lie in `0..<C`.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    guard let mask = try batch.finiteSamples(nonFinite) else {
      let (value, updated) = evaluate(batch, weight: weight, gradients: &gradients)
      record = updated
      return value
    }
    let (value, updated) = evaluate(batch.including(mask.span), weight: weight, gradients: &gradients)
    record = updated
    return value
  }

  /// The value alone, with the tree that the training call would use; changes nothing.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    var none = MetricGradients<Scalar>()
    guard let mask = try batch.finiteSamples(nonFinite) else {
      return evaluate(batch, weight: 0, gradients: &none).value
    }
    return evaluate(batch.including(mask.span), weight: 0, gradients: &none).value
  }

  /// Visits `record`, `[2, C, C]`: sums of distances and numbers of pairs.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows { try record.visitState(visit) }

  private func evaluate(
    _ batch: MetricBatch<Scalar>, weight: Scalar, gradients: inout MetricGradients<Scalar>
  ) -> (value: LossValue<Scalar>, record: ClassDistanceRecord<Scalar>) {
    batch.checkLabels(classes: classes)
    var table = DistanceTable(batch, distance)
    var updated = record
    if observes { updated.add(table.distances.matrix, of: batch, memory: memory) }
    let hierarchy = updated.hierarchy(levels: levels, ceiling: ceiling)
    var margins = ClassPairTable<Scalar>(classes: classes)
    for a in 0..<classes {
      for n in 0..<classes { margins[a, n] = Scalar(hierarchy.mergeDistance(a, n) - hierarchy.spreads[a]) }
    }
    let term = TripletTerm<Scalar>(.hinge(margin: margin), dimension: batch.dimension)
    var tally = TripletTally(anchors: batch.count)
    table.addAll(of: batch, term, identities: .ignore, margins: margins, to: &tally)
    let share = tally.share(.mean) / 2
    gradients.addToEmbeddings(table, scale: weight * Scalar(share))
    return (tally.report(scale: share, samples: false), updated)
  }
}
