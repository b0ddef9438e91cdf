extension TripletMarginMiner {
  /// How often each pair is in the triplets that ``mine(_:_:)`` lists: +k for a positive, −k for a negative, else 0.
  ///
  /// No list is made. In order of distance, the negatives that form triplets with a positive follow one another, and
  /// farther positives have theirs farther on, because rounding keeps the order of differences. Each positive marks where
  /// its negatives begin and end; the marks summed up to a negative are the number of its positives.
  ///
  /// A count is at most N. `Float` holds every count up to 2²⁴ exactly, and of larger ones the nearest number.
  ///
  /// - Complexity: O(B·N log N).
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  func counts(_ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>) -> Tensor<Scalar> {
    let sign: Scalar = distance.isSimilarity ? -1 : 1
    let (low, high) = (Scalar(gaps.above), Scalar(gaps.upTo))
    var result = Tensor<Scalar>(zeros: [relations.rows, relations.columns])
    var elements = result.mutableMatrix
    var (positives, negatives): ([Neighbor<Scalar>], [Neighbor<Scalar>]) = ([], [])
    for i in 0..<relations.rows {
      let (label, own) = (relations.labels[i], relations.own?[i] ?? -1)
      positives.removeAll(keepingCapacity: true)
      negatives.removeAll(keepingCapacity: true)
      // What is not a number has no gap.
      for j in 0..<relations.columns where !distances[i, j].isNaN {
        let neighbor = Neighbor(distance: sign * distances[i, j], index: j)
        if relations.otherLabels[j] != label {
          negatives.append(neighbor)
        } else if j != own {
          positives.append(neighbor)
        }
      }
      positives.sort()
      negatives.sort()
      var row = elements[row: i]
      Self.mark(positives, negatives, above: low, upTo: high, into: &row)
    }
    return result
  }

  /// Writes the counts of one anchor, whose positives and negatives are in order.
  @inline(__always)
  private static func mark(
    _ positives: [Neighbor<Scalar>], _ negatives: [Neighbor<Scalar>], above low: Scalar, upTo high: Scalar,
    into row: inout MutableSpan<Scalar>
  ) {
    // By how much a negative has more positives than the one before it.
    var changes = [Int](repeating: 0, count: negatives.count + 1)
    var (first, end) = (0, 0)
    for positive in positives {
      // Negated, so that a gap that is not a number, that of two infinities, lies before both ends.
      while first < negatives.count && !(negatives[first].distance - positive.distance > low) { first += 1 }
      while end < negatives.count && !(negatives[end].distance - positive.distance > high) { end += 1 }
      if first < end {
        row[positive.index] = Scalar(end - first)
        changes[first] += 1
        changes[end] -= 1
      }
    }
    var partners = 0
    for (place, negative) in negatives.enumerated() {
      partners += changes[place]
      row[negative.index] = Scalar(-partners)
    }
  }
}
