/// Spearman's rank correlation: Pearson's correlation of the ranks, tied values sharing the mean of their ranks.
///
/// - Returns: A number in −1...1; nil for fewer than two pairs, if one side has a single value throughout, or if a value
///   is NaN.
/// - Precondition: Both have the same length.
/// - Complexity: O(n log n).
public func rankCorrelation(_ x: [Double], _ y: [Double]) -> Double? {
  precondition(x.count == y.count, "\(x.count) values do not pair with \(y.count)")
  guard x.count > 1, !x.contains(where: \.isNaN), !y.contains(where: \.isNaN) else { return nil }
  let (ranksOfX, ranksOfY) = (meanRanks(of: x), meanRanks(of: y))
  let middle = Double(x.count + 1) / 2
  var (xx, yy, xy) = (0.0, 0.0, 0.0)
  for (rankOfX, rankOfY) in zip(ranksOfX, ranksOfY) {
    let (a, b) = (rankOfX - middle, rankOfY - middle)
    xx += a * a
    yy += b * b
    xy += a * b
  }
  guard xx > 0, yy > 0 else { return nil }
  return xy / (xx * yy).squareRoot()
}

/// The ranks from 1; equal values share the mean of theirs.
private func meanRanks(of values: [Double]) -> [Double] {
  let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  var ranks = [Double](repeating: 0, count: values.count)
  var first = 0
  while first < order.count {
    var end = first + 1
    while end < order.count && values[order[end]] == values[order[first]] { end += 1 }
    for place in first..<end { ranks[order[place]] = Double(first + 1 + end) / 2 }
    first = end
  }
  return ranks
}
