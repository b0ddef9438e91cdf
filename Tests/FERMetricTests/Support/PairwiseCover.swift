import FERMetric

/// A small set of combinations in which every legal pair of values of any two axes occurs.
struct PairwiseCover {
  /// The combinations, each an index into every axis.
  let rows: [[Int]]

  /// Builds the set greedily: for a pair not yet seen, the best of some random legal completions.
  ///
  /// - Parameters:
  ///   - axes: The number of values on each axis.
  ///   - isLegal: Whether a combination has a meaning.
  init(axes: [Int], seed: UInt64 = 1, isLegal: ([Int]) -> Bool) {
    struct Pair: Hashable { var axis1, value1, axis2, value2: Int }
    var generator = SeededGenerator(seed: seed)
    func pairs(_ row: [Int]) -> [Pair] {
      row.indices.flatMap { i in (i + 1..<row.count).map { Pair(axis1: i, value1: row[i], axis2: $0, value2: row[$0]) }
      }
    }
    var waiting: [Pair] = []
    for i in axes.indices {
      for j in i + 1..<axes.count {
        for a in 0..<axes[i] { for b in 0..<axes[j] { waiting.append(Pair(axis1: i, value1: a, axis2: j, value2: b)) } }
      }
    }
    var seen: Set<Pair> = []
    var rows: [[Int]] = []
    for pair in waiting where !seen.contains(pair) {
      var best: [Int]?
      var (bestGain, legal) = (0, 0)
      for _ in 0..<3000 where legal < 20 {
        var row = axes.map { generator.next(below: $0) }
        row[pair.axis1] = pair.value1
        row[pair.axis2] = pair.value2
        guard isLegal(row) else { continue }
        legal += 1
        let gain = pairs(row).count { !seen.contains($0) }
        if gain > bestGain { (best, bestGain) = (row, gain) }
      }
      guard let best else { continue }
      rows.append(best)
      seen.formUnion(pairs(best))
    }
    self.rows = rows
  }
}
