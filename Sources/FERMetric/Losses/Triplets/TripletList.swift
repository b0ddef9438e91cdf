/// Triplets by index: rows of the anchors, columns of positives and negatives.
struct TripletList {
  private(set) var anchors: [Int32] = []
  private(set) var positives: [Int32] = []
  private(set) var negatives: [Int32] = []

  var count: Int { anchors.count }

  /// Up to so many positives of an anchor a vectorised look at each of its triplets is faster than sorting.
  static var fewPositives: Int { 512 }

  mutating func append(anchor: Int, positive: Int, negative: Int) {
    anchors.append(Int32(truncatingIfNeeded: anchor))
    positives.append(Int32(truncatingIfNeeded: positive))
    negatives.append(Int32(truncatingIfNeeded: negative))
  }

  /// The triplets that fit.
  func filter(_ fits: (_ anchor: Int, _ positive: Int, _ negative: Int) -> Bool) -> TripletList {
    var list = TripletList()
    for t in 0..<count {
      let (a, p, n) = (Int(anchors[t]), Int(positives[t]), Int(negatives[t]))
      if fits(a, p, n) { list.append(anchor: a, positive: p, negative: n) }
    }
    return list
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
  func nearest(_ count: Int, of candidates: [Int]) -> [Int] { first(count, of: candidates) { $0 < $1 } }

  /// The `count` farthest candidates, farthest first.
  func farthest(_ count: Int, of candidates: [Int]) -> [Int] { first(count, of: candidates) { $0 > $1 } }

  /// The first few candidates in an order of distances; of equals the one that stands first.
  ///
  /// - Complexity: O(N·`count`), and close to O(N) where few candidates pass those before them.
  @inline(__always)
  private func first(_ count: Int, of candidates: [Int], _ precedes: (Element, Element) -> Bool) -> [Int] {
    var chosen: [Int] = []
    chosen.reserveCapacity(count)
    // The last of those chosen, once there are enough.
    var bound: Element?
    for j in candidates {
      let distance = self[j]
      if let bound {
        guard precedes(distance, bound) else { continue }
        chosen.removeLast()
      }
      chosen.append(j)
      var place = chosen.count - 1
      while place > 0 && precedes(distance, self[chosen[place - 1]]) {
        chosen[place] = chosen[place - 1]
        place -= 1
      }
      chosen[place] = j
      if chosen.count == count { bound = self[chosen[count - 1]] }
    }
    return chosen
  }
}
