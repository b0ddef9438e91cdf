extension DistanceTable {
  /// Adds up the losses of all triplets of a batch, and their gradients by the distances, without listing them.
  ///
  /// The hinge of an anchor with few positives looks at each triplet, in a loop that is vectorised. With many it does not
  /// need to: with the negatives in order of dₙ − mₙ, the active ones of a positive are the first few, and prefix sums
  /// give their losses. The lossless form is a sum over pairs. Only the soft margin visits all triplets.
  ///
  /// - Complexity: O(B² log B), or O(B³) with the soft margin. Memory O(B²).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func addAll(
    of batch: MetricBatch<Scalar>, _ term: TripletTerm<Scalar>, identities: IdentityPolicy,
    margins: ClassPairTable<Scalar>? = nil, fewPositives: Int = TripletList.fewPositives, to tally: inout TripletTally
  ) {
    var candidates = TripletCandidates(batch)
    let distances = distances
    let table = distances.matrix
    spreadList()
    var sink = gradients.mutableMatrix
    var classMargins = SampleMargins(term.margin, margins)
    for anchor in 0..<batch.count where batch.takesPart(anchor) {
      candidates.gather(forAnchor: anchor, in: batch, identities: identities)
      guard candidates.isComplete else { continue }
      let row = table[row: anchor]
      var slopes = sink[row: anchor]
      let (positives, negatives) = (candidates.positives, candidates.negatives)
      let (near, far) = (row.picking(positives), row.picking(negatives))
      let bounds = classMargins.margins(of: batch.labels[anchor], of: negatives, in: batch)
      tally.describe(anchor: anchor, near, far, bounds)
      let before = tally.loss
      switch term.form {
      case .hinge:
        let keys = far.span.less(bounds.span)
        if positives.count <= fewPositives {
          Self.hinge(near, keys, positives, negatives, &slopes, &tally)
        } else {
          Self.sortedHinge(
            zip(near, positives).map { Neighbor(distance: $0, index: $1) }.sorted(),
            zip(keys, negatives).map { Neighbor(distance: $0, index: $1) }.sorted(), &slopes, &tally)
        }
      case .softplus:
        for (i, positive) in positives.enumerated() {
          for (j, negative) in negatives.enumerated() {
            let outcome = term.outcome(near: near[i], far: far[j], margin: bounds[j])
            tally.loss += Double(outcome.value)
            tally.active += outcome.isActive ? 1 : 0
            slopes[positive] += outcome.nearSlope
            slopes[negative] += outcome.farSlope
          }
        }
        tally.contributing += Double(near.count) * Double(far.count)
      case .lossless:
        Self.lossless(term, near, far, positives, negatives, &slopes, &tally)
      }
      tally.anchorLosses[anchor] = tally.loss - before
    }
  }

  /// All hinges of one anchor: Σ max(0, d⁺ − key).
  @inline(__always)
  private static func hinge(
    _ near: [Scalar], _ keys: [Scalar], _ positives: [Int], _ negatives: [Int], _ slopes: inout MutableSpan<Scalar>,
    _ tally: inout TripletTally
  ) {
    var nearSlopes = [Scalar](repeating: 0, count: near.count)
    var farSlopes = [Scalar](repeating: 0, count: keys.count)
    var nearSpan = nearSlopes.mutableSpan
    var farSpan = farSlopes.mutableSpan
    let (loss, active) = Scalar.tripletKernels.hinges(
      near.span, keys.span, positiveSlopes: &nearSpan, keySlopes: &farSpan)
    for (i, place) in positives.enumerated() { slopes[place] += nearSpan[i] }
    for (j, place) in negatives.enumerated() { slopes[place] += farSpan[j] }
    tally.loss += loss
    tally.active += active
    tally.contributing += active
  }

  /// The same, positives in order of distance, negatives in order of distance less margin.
  @inline(__always)
  private static func sortedHinge(
    _ positives: [Neighbor<Scalar>], _ negatives: [Neighbor<Scalar>], _ slopes: inout MutableSpan<Scalar>,
    _ tally: inout TripletTally
  ) {
    // Sums are taken from the smallest key, so that large distances do not cancel.
    let base = Double(negatives[0].distance)
    var (reached, sum) = (0, 0.0)
    for (rank, positive) in positives.enumerated() {
      while reached < negatives.count && negatives[reached].distance < positive.distance {
        // Active against this positive and all that follow.
        slopes[negatives[reached].index] -= Scalar(positives.count - rank)
        sum += Double(negatives[reached].distance) - base
        reached += 1
      }
      guard reached > 0 else { continue }
      tally.loss += max(0, Double(reached) * (Double(positive.distance) - base) - sum)
      slopes[positive.index] += Scalar(reached)
      tally.active += Double(reached)
      tally.contributing += Double(reached)
    }
  }

  /// All triplets of one anchor in the lossless form: every positive counts for each negative, and the reverse.
  @inline(__always)
  private static func lossless(
    _ term: TripletTerm<Scalar>, _ near: [Scalar], _ far: [Scalar], _ positives: [Int], _ negatives: [Int],
    _ slopes: inout MutableSpan<Scalar>, _ tally: inout TripletTally
  ) {
    for (distance, index) in zip(near, positives) {
      let (value, slope) = term.attraction(distance)
      tally.loss += Double(far.count) * Double(value)
      slopes[index] += Scalar(far.count) * slope
    }
    for (distance, index) in zip(far, negatives) {
      let (value, slope) = term.repulsion(distance)
      tally.loss += Double(near.count) * Double(value)
      slopes[index] += Scalar(near.count) * slope
    }
    tally.active += Double(near.count) * Double(far.count)
    tally.contributing += Double(near.count) * Double(far.count)
  }
}

extension TripletTally {
  /// Counts one anchor's triplets, of every positive with every negative, and adds their distances and margins.
  fileprivate mutating func describe<Scalar: TensorScalar>(
    anchor: Int, _ near: [Scalar], _ far: [Scalar], _ margins: [Scalar]
  ) {
    let kernels = Scalar.metricKernels
    let (positives, negatives) = (Double(near.count), Double(far.count))
    triplets += positives * negatives
    anchorTriplets[anchor] = positives * negatives
    positive += negatives * kernels.total(near.span)
    negative += positives * kernels.total(far.span)
    margin += positives * kernels.total(margins.span)
  }
}

/// The margins of an anchor's negatives: one for all, and what their classes add.
private struct SampleMargins<Scalar: TensorScalar> {
  private let margin: Scalar
  private let table: ClassPairTable<Scalar>?
  // Those of all samples for anchors of a class, found when they are first asked for.
  private var ofClass: [[Scalar]]
  // Those of anchors without a table, as many as the last one had negatives.
  private var alike: [Scalar] = []

  init(_ margin: Scalar, _ table: ClassPairTable<Scalar>?) {
    self.margin = margin
    self.table = table
    ofClass = Array(repeating: [], count: table?.classes ?? 0)
  }

  @inline(__always)
  mutating func margins(of label: Int, of negatives: [Int], in batch: MetricBatch<Scalar>) -> [Scalar] {
    guard let table else {
      if alike.count != negatives.count { alike = Array(repeating: margin, count: negatives.count) }
      return alike
    }
    if ofClass[label].isEmpty {
      let labels = batch.labels
      ofClass[label] = labels.indices.map { batch.takesPart($0) ? margin + table[label, labels[$0]] : margin }
    }
    let known = ofClass[label]
    return known.span.picking(negatives)
  }
}

// Loops over spans, because `map` writes its count of results with each of them.
extension Span where Element: TensorScalar {
  /// The elements in these places.
  @inline(__always)
  fileprivate func picking(_ places: [Int]) -> [Element] {
    var picked = [Element](repeating: 0, count: places.count)
    var sink = picked.mutableSpan
    let places = places.span
    for j in places.indices { sink[j] = self[places[j]] }
    return picked
  }

  /// Each element less another.
  @inline(__always)
  fileprivate func less(_ other: Span<Element>) -> [Element] {
    var differences = [Element](repeating: 0, count: count)
    var sink = differences.mutableSpan
    for j in indices { sink[j] = self[j] - other[j] }
    return differences
  }
}
