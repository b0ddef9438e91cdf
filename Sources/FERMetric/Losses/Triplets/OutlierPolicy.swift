/// What becomes of hard triplets whose distances do not fit the batch's.
public enum OutlierPolicy: Sendable, Hashable, Codable {
  /// They stay.
  case keep
  /// They are left out.
  case discard(deviations: Double)
  /// The hardest candidates that fit take their place.
  case replace(deviations: Double)

  /// k
  var deviations: Double? {
    switch self {
    case .keep: nil
    case .discard(let deviations), .replace(let deviations): deviations
    }
  }

  /// Each anchor's farthest positive and nearest negative, without the abnormal ones.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func hardTriplets<Scalar: TensorScalar>(of batch: MetricBatch<Scalar>, _ distances: MatrixView<Scalar>) -> TripletList
  {
    let limits = limits(of: batch, distances)
    var isReplacing = false
    if case .replace = self { isReplacing = true }
    var list = TripletList()
    var candidates = TripletCandidates(batch)
    for anchor in 0..<batch.count where batch.takesPart(anchor) {
      let row = distances[row: anchor]
      if !isReplacing {
        list.appendHardest(anchor: anchor, row: row, candidates)
        continue
      }
      candidates.gather(forAnchor: anchor, in: batch)
      let positives = candidates.positives.filter { Double(row[$0]) <= limits.farthest }
      let negatives = candidates.negatives.filter { Double(row[$0]) >= limits.nearest }
      guard let p = row.farthest(of: positives), let n = row.nearest(of: negatives) else { continue }
      list.append(anchor: anchor, positive: p, negative: n)
    }
    return list.filter { a, p, n in
      Double(distances[a, p]) <= limits.farthest && Double(distances[a, n]) >= limits.nearest
    }
  }

  /// μ⁺ + k·σ⁺ over pairs of one class, and μ⁻ − k·σ⁻ over pairs of two.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func limits<Scalar: TensorScalar>(
    of batch: MetricBatch<Scalar>, _ distances: MatrixView<Scalar>
  ) -> (farthest: Double, nearest: Double) {
    guard let deviations else { return (.infinity, -.infinity) }
    let present = (0..<batch.count).filter { batch.takesPart($0) }
    let labels = present.map { batch.labels[$0] }
    var (positive, negative) = (DistanceMoments(), DistanceMoments())
    for (place, i) in present.enumerated() {
      let row = distances[row: i]
      var (near, far) = (DistanceMoments(), DistanceMoments())
      let own = labels[place]
      for other in 0..<place {
        let distance = Double(row[present[other]])
        // Without a branch, which nobody could predict.
        let isPositive = labels[other] == own ? 1.0 : 0.0
        near.add(distance, times: isPositive)
        far.add(distance, times: 1 - isPositive)
      }
      positive.merge(near)
      negative.merge(far)
    }
    return (
      positive.mean + deviations * positive.deviation + positive.slack,
      negative.mean - deviations * negative.deviation - negative.slack
    )
  }
}

/// Mean and standard deviation of distances, of a row at first, then of rows together.
struct DistanceMoments {
  private var count = 0.0
  private var sum = 0.0
  private var squares = 0.0
  private var largest = 0.0

  /// The mean of the numbers seen, 0 of none.
  var mean: Double { count > 0 ? sum / count : 0 }

  /// The deviation of the numbers seen, with their count as divisor.
  var deviation: Double { count > 0 ? (max(0, squares / count - mean * mean)).squareRoot() : 0 }

  /// What rounding may add to numbers that are all equal, so that none of them lies outside: the deviation is known to
  /// half the digits of `Double`.
  var slack: Double { 1e-6 * largest }

  /// Counts a distance, or with 0 `times` leaves it out.
  @inline(__always)
  mutating func add(_ value: Double, times: Double) {
    let part = times * value
    count += times
    sum += part
    squares += part * value
    largest = max(largest, part)
  }

  mutating func merge(_ other: DistanceMoments) {
    count += other.count
    sum += other.sum
    squares += other.squares
    largest = max(largest, other.largest)
  }
}
