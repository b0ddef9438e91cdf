/// Pairs of each of some rows with each of some columns of a matrix.
///
/// No row is listed twice and, in a mirrored block, none among the columns: threads that share a block each write the pairs
/// of their rows.
struct PairBlock {
  var rows, columns: [Int32]
  /// Whether the matrix compares rows with themselves, and is symmetric: each pair is measured once for both orders.
  var isMirrored = false

  init(rows: [Int], columns: [Int], isMirrored: Bool = false) {
    self.rows = rows.map { Int32(truncatingIfNeeded: $0) }
    self.columns = columns.map { Int32(truncatingIfNeeded: $0) }
    self.isMirrored = isMirrored
  }

  /// The same pairs, where the given rows and columns alone are left, in order; `nil` means all.
  func moved(among places: (rows: [Int]?, columns: [Int]?), _ size: (rows: Int, columns: Int)) -> PairBlock {
    var block = self
    if let kept = places.rows { block.rows = rows.moved(among: kept, of: size.rows).filter { $0 >= 0 } }
    if let kept = places.columns { block.columns = columns.moved(among: kept, of: size.columns).filter { $0 >= 0 } }
    return block
  }
}

extension [Int32] {
  /// Where indices stand among those of `count` that are kept, or −1.
  func moved(among kept: [Int], of count: Int) -> [Int32] {
    var places = [Int32](repeating: -1, count: count)
    for (place, index) in kept.enumerated() { places[index] = Int32(truncatingIfNeeded: place) }
    return map { places[Int($0)] }
  }
}
