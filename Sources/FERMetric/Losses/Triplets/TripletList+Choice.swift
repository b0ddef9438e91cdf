extension TripletList {
  /// The triplets of a choice other than all of them.
  ///
  /// - Parameter fewPositives: Up to so many positives an anchor's semi-hard negatives are looked for one by one, and with
  ///   more in order of distance; the result is the same.
  /// - Complexity: O(B²) for the hardest one, O(B² log B) otherwise.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init<Scalar: TensorScalar>(
    _ choice: TripletChoice, in batch: MetricBatch<Scalar>, distances: MatrixView<Scalar>, identities: IdentityPolicy,
    fewPositives: Int = Self.fewPositives
  ) {
    self.init()
    var candidates = TripletCandidates(batch)
    let isPlain = identities == .ignore
    for anchor in 0..<batch.count where batch.takesPart(anchor) {
      let row = distances[row: anchor]
      if isPlain && choice == .hardest {
        appendHardest(anchor: anchor, row: row, candidates)
        continue
      }
      candidates.gather(forAnchor: anchor, in: batch, identities: identities)
      guard candidates.isComplete else { continue }
      switch choice {
      case .all:
        append(anchor: anchor, positives: candidates.positives, negatives: candidates.negatives, pairing: .every)
      case .hardest(let count, let pairing):
        append(
          anchor: anchor, positives: row.farthest(count, of: candidates.positives),
          negatives: row.nearest(count, of: candidates.negatives), pairing: pairing)
      case .semihard(let fallback):
        appendSemihard(
          anchor: anchor, row: row, candidates, isFew: candidates.positives.count <= fewPositives, fallback)
      }
    }
  }

  /// The farthest positive with the nearest negative, without a list of the candidates.
  mutating func appendHardest<Scalar: TensorScalar>(anchor: Int, row: Span<Scalar>, _ candidates: TripletCandidates) {
    let kernels = Scalar.tripletKernels
    guard let positive = kernels.farthest(row, candidates.positives(of: anchor)),
      let negative = kernels.nearest(row, candidates.negatives(of: anchor))
    else { return }
    append(anchor: anchor, positive: positive, negative: negative)
  }

  @inline(__always)
  private mutating func appendSemihard<Scalar: TensorScalar>(
    anchor: Int, row: Span<Scalar>, _ candidates: TripletCandidates, isFew: Bool, _ fallback: SemihardFallback
  ) {
    let negatives = candidates.negatives
    let distances = negatives.map { row[$0] }
    let kernels = Scalar.tripletKernels
    let last: Int? =
      switch fallback {
      case .farthest: kernels.farthest(distances.span)
      case .nearest: kernels.nearest(distances.span)
      case .skip: nil
      }
    guard !isFew else {
      let places = kernels.nearest(distances.span, beyond: candidates.positives.map { row[$0] })
      for (positive, found) in zip(candidates.positives, places) {
        if let place = found < 0 ? last : Int(found) {
          append(anchor: anchor, positive: positive, negative: negatives[place])
        }
      }
      return
    }
    let sorted = negatives.indices.map { Neighbor(distance: distances[$0], index: $0) }.sorted()
    for positive in candidates.positives {
      // The first negative that is farther than the positive.
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle].distance > row[positive] { high = middle } else { low = middle + 1 }
      }
      if let place = low < sorted.count ? sorted[low].index : last {
        append(anchor: anchor, positive: positive, negative: negatives[place])
      }
    }
  }
}
