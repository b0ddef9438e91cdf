/// Triplets by index: rows of the anchors, columns of positives and negatives.
struct TripletList {
  private(set) var anchors: [Int32] = []
  private(set) var positives: [Int32] = []
  private(set) var negatives: [Int32] = []

  var count: Int { anchors.count }

  mutating func append(anchor: Int, positive: Int, negative: Int) {
    anchors.append(Int32(truncatingIfNeeded: anchor))
    positives.append(Int32(truncatingIfNeeded: positive))
    negatives.append(Int32(truncatingIfNeeded: negative))
  }

  /// Each anchor's hardest positives with its hardest negatives.
  mutating func append(anchor: Int, positives: [Int], negatives: [Int], pairing: HardestPairing) {
    if pairing == .ranked {
      for (p, n) in zip(positives, negatives) { append(anchor: anchor, positive: p, negative: n) }
    } else {
      for p in positives { for n in negatives { append(anchor: anchor, positive: p, negative: n) } }
    }
  }
}

/// A candidate and its distance, in order of distance and then of index.
struct Neighbor<Scalar: TensorScalar>: Comparable {
  var distance: Scalar
  var index: Int

  static func < (a: Self, b: Self) -> Bool {
    a.distance < b.distance || (a.distance == b.distance && a.index < b.index)
  }
}

extension Span where Element: TensorScalar {
  /// The candidate at the smallest of these distances; the first on ties.
  func nearest(of candidates: [Int]) -> Int? {
    var best: Int?
    for j in candidates where best == nil || self[j] < self[best!] { best = j }
    return best
  }

  /// The candidate at the largest of these distances; the first on ties.
  func farthest(of candidates: [Int]) -> Int? {
    var best: Int?
    for j in candidates where best == nil || self[j] > self[best!] { best = j }
    return best
  }

  /// The `count` nearest candidates, nearest first.
  func nearest(_ count: Int, of candidates: [Int]) -> [Int] {
    guard count > 1 else { return nearest(of: candidates).map { [$0] } ?? [] }
    return candidates.map { Neighbor(distance: self[$0], index: $0) }.sorted().prefix(count).map(\.index)
  }

  /// The `count` farthest candidates, farthest first.
  func farthest(_ count: Int, of candidates: [Int]) -> [Int] {
    guard count > 1 else { return farthest(of: candidates).map { [$0] } ?? [] }
    return candidates.map { Neighbor(distance: -self[$0], index: $0) }.sorted().prefix(count).map(\.index)
  }
}
