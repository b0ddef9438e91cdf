extension DistanceTable {
  /// Adds up the losses of listed triplets, and their gradients by the distances.
  ///
  /// - Parameters:
  ///   - margins: Margins by classes of anchor and negative, on top of the form's own.
  ///   - isDual: Whether the triplet also counts with anchor and positive exchanged: d(a, p) against d(p, n).
  ///   - weight: Multiplies losses and gradients.
  mutating func add(
    _ list: TripletList, _ term: TripletTerm<Scalar>, margins: ClassPairTable<Scalar>? = nil, labels: Span<Int>,
    isDual: Bool = false, weight: Scalar = 1, to tally: inout TripletTally
  ) {
    let sums = slopes(
      of: list, term, negatives: distances.matrix, margins: margins, labels: labels, isDual: isDual, weight: weight,
      &tally)
    add(sums.near, rows: list.anchors, columns: list.positives)
    add(sums.far, rows: list.anchors, columns: list.negatives)
    if isDual { add(sums.dual, rows: list.positives, columns: list.negatives) }
  }

  /// One slope by d⁺ for each triplet, and one by d⁻; where triplets are dual, one by d(p, n) besides.
  struct Slopes {
    var near, far, dual: [Scalar]
  }

  /// The same with negatives that were measured elsewhere: the slopes by their distances are returned.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slopes(
    of list: TripletList, _ term: TripletTerm<Scalar>, negatives: MatrixView<Scalar>,
    margins: ClassPairTable<Scalar>? = nil, labels: Span<Int>, isDual: Bool = false, weight: Scalar = 1,
    _ tally: inout TripletTally
  ) -> Slopes {
    let table = distances.matrix
    let zeros = [Scalar](repeating: 0, count: list.count)
    var (ofNear, ofFar, ofDual) = (zeros, zeros, isDual ? zeros : [])
    var nearSlopes = ofNear.mutableSpan
    var farSlopes = ofFar.mutableSpan
    var dualSlopes = ofDual.mutableSpan
    for t in 0..<list.count {
      let (a, p, n) = (Int(list.anchors[t]), Int(list.positives[t]), Int(list.negatives[t]))
      let margin = term.margin + (margins.map { $0[labels[a], labels[n]] } ?? 0)
      let near = table[a, p]
      for exchanged in 0..<(isDual ? 2 : 1) {
        let far = exchanged == 0 ? negatives[a, n] : table[p, n]
        let outcome = term.outcome(near: near, far: far, margin: margin)
        tally.count(outcome, anchor: a, near: near, far: far, margin: margin, weight: weight)
        nearSlopes[t] += weight * outcome.nearSlope
        if exchanged == 0 {
          farSlopes[t] = weight * outcome.farSlope
        } else {
          dualSlopes[t] = weight * outcome.farSlope
        }
      }
    }
    return Slopes(near: ofNear, far: ofFar, dual: ofDual)
  }
}

extension TripletTally {
  /// Counts one triplet.
  @inline(__always)
  mutating func count<Scalar: TensorScalar>(
    _ outcome: TripletTerm<Scalar>.Outcome, anchor: Int, near: Scalar, far: Scalar, margin: Scalar, weight: Scalar
  ) {
    let value = Double(weight * outcome.value)
    loss += value
    triplets += 1
    active += outcome.isActive ? 1 : 0
    contributing += outcome.isActive || outcome.nearSlope > 0 ? 1 : 0
    self.margin += Double(margin)
    positive += Double(near)
    negative += Double(far)
    anchorLosses[anchor] += value
    anchorTriplets[anchor] += 1
  }
}
