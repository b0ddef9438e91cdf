extension TripletList {
  /// The triplets of a choice other than all of them.
  ///
  /// - Complexity: O(B²) for the hardest one, O(B² log B) otherwise.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init<Scalar: TensorScalar>(
    _ choice: TripletChoice, in batch: MetricBatch<Scalar>, distances: MatrixView<Scalar>, identities: IdentityPolicy
  ) {
    self.init()
    var candidates = TripletCandidates()
    for anchor in 0..<batch.count where batch.takesPart(anchor) {
      candidates.gather(forAnchor: anchor, in: batch, identities: identities)
      guard candidates.isComplete else { continue }
      let row = distances[row: anchor]
      switch choice {
      case .all:
        append(anchor: anchor, positives: candidates.positives, negatives: candidates.negatives, pairing: .every)
      case .hardest(let count, let pairing):
        append(
          anchor: anchor, positives: row.farthest(count, of: candidates.positives),
          negatives: row.nearest(count, of: candidates.negatives), pairing: pairing)
      case .semihard(let fallback):
        appendSemihard(anchor: anchor, row: row, candidates: candidates, fallback: fallback)
      }
    }
  }

  @inline(__always)
  private mutating func appendSemihard<Scalar: TensorScalar>(
    anchor: Int, row: Span<Scalar>, candidates: TripletCandidates, fallback: SemihardFallback
  ) {
    let sorted = candidates.negatives.map { Neighbor(distance: row[$0], index: $0) }.sorted()
    let last: Int? =
      switch fallback {
      case .farthest: row.farthest(of: candidates.negatives)
      case .nearest: sorted.first?.index
      case .skip: nil
      }
    for positive in candidates.positives {
      // The first negative that is farther than the positive.
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle].distance > row[positive] { high = middle } else { low = middle + 1 }
      }
      if let negative = low < sorted.count ? sorted[low].index : last {
        append(anchor: anchor, positive: positive, negative: negative)
      }
    }
  }
}
