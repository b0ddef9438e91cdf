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
    var (positive, negative) = (RunningMoments(), RunningMoments())
    for i in 0..<batch.count where batch.takesPart(i) {
      for j in 0..<i where batch.takesPart(j) {
        if batch.labels[i] == batch.labels[j] {
          positive.add(Double(distances[i, j]))
        } else {
          negative.add(Double(distances[i, j]))
        }
      }
    }
    return (
      positive.mean + deviations * positive.deviation + positive.slack,
      negative.mean - deviations * negative.deviation - negative.slack
    )
  }
}

/// Mean and standard deviation of numbers that pass by, by Welford's recurrence.
struct RunningMoments {
  private var count = 0.0
  private(set) var mean = 0.0
  private var squares = 0.0
  private var largest = 0.0

  /// The deviation of the numbers seen, with their count as divisor.
  var deviation: Double { count > 0 ? (squares / count).squareRoot() : 0 }

  /// What rounding may add to numbers that are all equal, so that none of them lies outside.
  var slack: Double { 1e-6 * largest }

  mutating func add(_ value: Double) {
    count += 1
    let difference = value - mean
    mean += difference / count
    squares += difference * (value - mean)
    largest = max(largest, value.magnitude)
  }
}
