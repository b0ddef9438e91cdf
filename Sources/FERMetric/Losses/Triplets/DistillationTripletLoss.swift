/// The triplet loss of a student that learns from a teacher: anchors and negatives of the student, positives of the
/// teacher.
///
///     L = mean over anchors of max(0, d(f(a), g(p)) − d(f(a), f(n)) + m)
///
/// f are the batch's embeddings, made by the student, for instance from faces that are partly covered; g are the batch's
/// references, made by the teacher from faces that are not. p is the farthest candidate of the anchor's class among the
/// references, n the nearest candidate of another class in the batch. Candidates are drawn anew for each step: a share of
/// the references, and the same share of the batch, rounded up. The draw is a function of the seed and of the number of
/// steps taken. Anchors without a positive or a negative among the candidates are left out.
///
/// The teacher stays as it is unless the caller asks for gradients by the references.
///
/// - Complexity: O(B·(B + N)·D).
/// - SeeAlso: M.-I. Georgescu and R. T. Ionescu, *Teacher-Student Training and Triplet Loss for Facial Expression
///   Recognition under Occlusion*, ICPR 2020; Docs/TripletLosses.md says which reading this is.
public struct DistillationTripletLoss<Scalar: TensorScalar>: MetricLoss {
  /// m
  public let margin: Double
  /// The share of references, and of the batch, among which positives and negatives are looked for.
  public let candidateShare: Double
  /// The seed of the draws.
  public let seed: UInt64
  /// How distances are measured.
  public let distance: TripletDistance
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy

  private var steps: UInt64 = 0

  /// Creates a loss.
  ///
  /// - Precondition: The margin is a number, and the share lies in 0…1, above 0.
  public init(
    margin: Double = 0.2, candidateShare: Double = 0.1, seed: UInt64 = 0, distance: TripletDistance = .faceNet,
    nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(margin.isFinite, "the margin has to be a number, not \(margin)")
    precondition(
      candidateShare > 0 && candidateShare <= 1,
      "the share of candidates lies in 0…1, above 0, not at \(candidateShare)")
    self.margin = margin
    self.candidateShare = candidateShare
    self.seed = seed
    self.distance = distance
    self.nonFinite = nonFinite
  }

  /// Computes the loss, adds `weight` × gradient, and moves on to the next draw.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added or drawn.
  /// - Precondition: The batch has references with labels.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    let usable = try batch.finiteReferences(nonFinite)
    let value: LossValue<Scalar>
    if let mask = try batch.finiteSamples(nonFinite) {
      value = evaluate(batch.including(mask.span), usable, weight: weight, gradients: &gradients)
    } else {
      value = evaluate(batch, usable, weight: weight, gradients: &gradients)
    }
    steps += 1
    return value
  }

  /// The value alone, with the candidates that the training call would draw; changes nothing.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    let usable = try batch.finiteReferences(nonFinite)
    var none = MetricGradients<Scalar>()
    guard let mask = try batch.finiteSamples(nonFinite) else {
      return evaluate(batch, usable, weight: 0, gradients: &none)
    }
    return evaluate(batch.including(mask.span), usable, weight: 0, gradients: &none)
  }

  /// Visits `steps`.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    var state = MetricState<Scalar>.integers([steps])
    try visit("steps", &state)
    guard case .integers(let values) = state, values.count == 1 else {
      preconditionFailure("the count of steps must remain one whole number")
    }
    steps = values[0].asCount
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func evaluate(
    _ batch: MetricBatch<Scalar>, _ usable: [Int], weight: Scalar, gradients: inout MetricGradients<Scalar>
  ) -> LossValue<Scalar> {
    guard let references = batch.references, let referenceLabels = batch.referenceLabels else {
      preconditionFailure("a student learns from the batch's references and their labels, but the batch has none")
    }
    let present = (0..<batch.count).filter { batch.takesPart($0) }
    var generator = SeededGenerator(seed: seed, stream: steps)
    let (positives, negatives) = (draw(from: usable, &generator), draw(from: present, &generator))
    let classes = TripletCandidates(batch)
    let known = (0..<references.rows).map { classes.number(of: referenceLabels[$0]) }
    let blocks = blocks(classes, positives, known, negatives)
    var own = DistanceTable(batch, in: blocks.own, distance)
    var teaching = DistanceTable(own, against: references, places: usable, in: blocks.taught, distance)
    let list = triplets(
      classes, positives: positives, known, negatives: negatives, teaching.distances.matrix, own.distances.matrix)

    var tally = TripletTally(anchors: batch.count)
    let term = TripletTerm<Scalar>(.hinge(margin: margin), dimension: batch.dimension)
    let slopes = teaching.slopes(
      of: list, term, negatives: own.distances.matrix, labels: batch.labels, &tally)
    teaching.add(slopes.near, rows: list.anchors, columns: list.positives)
    own.add(slopes.far, rows: list.anchors, columns: list.negatives)
    let share = tally.share(.mean)
    let scale = weight * Scalar(share)
    gradients.addToEmbeddings(own, with: teaching, scale: scale)
    if scale != 0 && gradients.references != nil {
      teaching.accumulate(scale: scale, intoReferences: &gradients.references!)
    }
    return tally.report(scale: share, samples: false)
  }

  /// The pairs that triplets are chosen from: anchors with positives of their class, and with negatives of all others.
  ///
  /// - Parameter known: The number of each reference's class among those of the batch.
  private func blocks(
    _ classes: TripletCandidates, _ positives: [Int], _ known: [Int?], _ negatives: [Int]
  ) -> (taught: [PairBlock], own: [PairBlock]) {
    let groups = classes.members
    var (taught, chosen) = ([[Int]](repeating: [], count: groups.count), [[Int]](repeating: [], count: groups.count))
    for j in positives { if let number = known[j] { taught[number].append(j) } }
    for j in negatives { chosen[Int(classes.numbers[j])].append(j) }
    let isAll = negatives.count == groups.reduce(0) { $0 + $1.count }
    var (near, far): ([PairBlock], [PairBlock]) = ([], [])
    for (place, group) in groups.enumerated() {
      if !taught[place].isEmpty { near.append(PairBlock(rows: group, columns: taught[place])) }
      // With all as candidates each pair of classes is measured once.
      let others = (isAll ? [] : chosen[..<place].flatMap(\.self)) + chosen[(place + 1)...].flatMap(\.self)
      if !others.isEmpty { far.append(PairBlock(rows: group, columns: others, isMirrored: true)) }
    }
    return (near, far)
  }

  /// Each anchor's farthest candidate of its class among the references, and its nearest of another class in the batch.
  private func triplets(
    _ classes: TripletCandidates, positives: [Int], _ known: [Int?], negatives: [Int], _ taught: MatrixView<Scalar>,
    _ own: MatrixView<Scalar>
  ) -> TripletList {
    var (teachers, students) = (
      [Int32](repeating: -1, count: known.count), [Int32](repeating: -1, count: classes.numbers.count)
    )
    for j in positives { teachers[j] = known[j].map { Int32(truncatingIfNeeded: $0) } ?? -1 }
    for j in negatives { students[j] = classes.numbers[j] }
    let kernels = Scalar.tripletKernels
    var list = TripletList()
    for (anchor, number) in classes.numbers.enumerated() where number >= 0 {
      let near = ClassCandidates(numbers: teachers, own: number, isOther: false)
      let far = ClassCandidates(numbers: students, own: number, isOther: true)
      guard let p = kernels.farthest(taught[row: anchor], near), let n = kernels.nearest(own[row: anchor], far) else {
        continue
      }
      list.append(anchor: anchor, positive: p, negative: n)
    }
    return list
  }

  /// A share of the samples, in their order.
  private func draw(from samples: [Int], _ generator: inout SeededGenerator) -> [Int] {
    guard candidateShare < 1 else { return samples }
    var shuffled = samples
    generator.shuffle(&shuffled)
    return shuffled.prefix(Int((candidateShare * Double(samples.count)).rounded(.up))).sorted()
  }
}

extension MetricBatch {
  /// Which references are finite.
  ///
  /// - Throws: ``MetricError`` under the strict policy for one that is not.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func finiteReferences(_ policy: NonFinitePolicy) throws(MetricError) -> [Int] {
    guard let references else { return [] }
    let kernels = Scalar.metricKernels
    guard kernels.firstNonfinite(in: references.elements) != nil else { return Array(0..<references.rows) }
    var finite: [Int] = []
    for i in 0..<references.rows {
      if let column = kernels.firstNonfinite(in: references[row: i]) {
        if policy == .strict { throw .nonFinite(.references, row: i, column: column) }
      } else {
        finite.append(i)
      }
    }
    return finite
  }
}
