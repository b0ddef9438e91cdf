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
    for anchor in 0..<batch.count where batch.takesPart(anchor) {
      candidates.gather(forAnchor: anchor, in: batch, identities: identities)
      guard candidates.isComplete else { continue }
      let row = table[row: anchor]
      var slopes = sink[row: anchor]
      let positives = candidates.positives.map { Neighbor(distance: row[$0], index: $0) }
      let negatives = candidates.negatives.map { index in
        (
          distance: row[index],
          margin: term.margin + (margins.map { $0[batch.labels[anchor], batch.labels[index]] } ?? 0)
        )
      }
      tally.describe(anchor: anchor, positives: positives, negatives: negatives)
      let before = tally.loss
      switch term.form {
      case .hinge where positives.count <= fewPositives:
        Self.hinge(positives, negatives, candidates.negatives, &slopes, &tally)
      case .hinge:
        let keys = zip(negatives, candidates.negatives).map {
          Neighbor(distance: $0.distance - $0.margin, index: $1)
        }
        Self.sortedHinge(positives.sorted(), keys.sorted(), &slopes, &tally)
      case .softplus:
        for positive in positives {
          for (negative, index) in zip(negatives, candidates.negatives) {
            let outcome = term.outcome(near: positive.distance, far: negative.distance, margin: negative.margin)
            tally.loss += Double(outcome.value)
            tally.active += outcome.isActive ? 1 : 0
            slopes[positive.index] += outcome.nearSlope
            slopes[index] += outcome.farSlope
          }
        }
        tally.contributing += Double(positives.count) * Double(negatives.count)
      case .lossless:
        Self.lossless(term, positives, zip(negatives, candidates.negatives), &slopes, &tally)
      }
      tally.anchorLosses[anchor] = tally.loss - before
    }
  }

  /// All hinges of one anchor.
  @inline(__always)
  private static func hinge(
    _ positives: [Neighbor<Scalar>], _ negatives: [(distance: Scalar, margin: Scalar)], _ places: [Int],
    _ slopes: inout MutableSpan<Scalar>, _ tally: inout TripletTally
  ) {
    let near = positives.map(\.distance)
    let keys = negatives.map { $0.distance - $0.margin }
    var nearSlopes = [Scalar](repeating: 0, count: near.count)
    var farSlopes = [Scalar](repeating: 0, count: keys.count)
    var nearSpan = nearSlopes.mutableSpan
    var farSpan = farSlopes.mutableSpan
    let (loss, active) = Scalar.tripletKernels.hinges(
      near.span, keys.span, positiveSlopes: &nearSpan, keySlopes: &farSpan)
    for (i, positive) in positives.enumerated() { slopes[positive.index] += nearSpan[i] }
    for (j, place) in places.enumerated() { slopes[place] += farSpan[j] }
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
    _ term: TripletTerm<Scalar>, _ positives: [Neighbor<Scalar>],
    _ negatives: Zip2Sequence<[(distance: Scalar, margin: Scalar)], [Int]>, _ slopes: inout MutableSpan<Scalar>,
    _ tally: inout TripletTally
  ) {
    let (near, far) = (positives.count, negatives.underestimatedCount)
    for positive in positives {
      let (value, slope) = term.attraction(positive.distance)
      tally.loss += Double(far) * Double(value)
      slopes[positive.index] += Scalar(far) * slope
    }
    for (negative, index) in negatives {
      let (value, slope) = term.repulsion(negative.distance)
      tally.loss += Double(near) * Double(value)
      slopes[index] += Scalar(near) * slope
    }
    tally.active += Double(near) * Double(far)
    tally.contributing += Double(near) * Double(far)
  }
}

extension TripletTally {
  /// Counts one anchor's triplets, of every positive with every negative, and adds their distances and margins.
  fileprivate mutating func describe<Scalar: TensorScalar>(
    anchor: Int, positives: [Neighbor<Scalar>], negatives: [(distance: Scalar, margin: Scalar)]
  ) {
    let (near, far) = (Double(positives.count), Double(negatives.count))
    triplets += near * far
    anchorTriplets[anchor] = near * far
    for p in positives { positive += far * Double(p.distance) }
    for n in negatives {
      negative += near * Double(n.distance)
      margin += near * Double(n.margin)
    }
  }
}
