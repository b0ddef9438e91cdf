/// A tree of classes: which two merge at which distance, from the mean distances between their samples.
///
/// Classes merge from the leaves in L steps. With the mean distance within classes d₀ and the ceiling d_L (4 for squared
/// distances of normalized embeddings), step l merges, nearest first, whatever is nearer than
///
///     d_l = d₀ + l·(d_L − d₀)/L
///
/// Distances between groups are means over the pairs of their samples. Two classes that never merge, or of which nothing
/// is known, have the ceiling.
///
/// - SeeAlso: W. Ge, W. Huang, D. Dong and M. Scott, *Deep Metric Learning with Hierarchical Triplet Loss*, ECCV 2018.
public struct ClassHierarchy: Sendable, Hashable {
  /// C
  public let classes: Int
  /// `[C]`: the mean distance within each class, 0 where nothing is known.
  public let spreads: [Double]
  // [C, C], symmetric; the spread on the diagonal.
  private let merges: ClassPairTable<Double>

  /// The distance at which two classes merge.
  public func mergeDistance(_ a: Int, _ b: Int) -> Double { merges[a, b] }

  /// Builds the tree.
  ///
  /// - Parameters:
  ///   - distances: `[C·C]`: the sum of distances between samples of two classes, row after row, symmetric.
  ///   - pairs: `[C·C]`: the number of pairs of samples in each sum.
  ///   - classes: C.
  ///   - levels: L.
  ///   - ceiling: d_L.
  /// - Complexity: O(C³).
  public init(sums distances: [Double], pairs: [Double], classes: Int, levels: Int = 16, ceiling: Double = 4) {
    precondition(
      distances.count == classes * classes && pairs.count == distances.count,
      "\(distances.count) sums and \(pairs.count) counts do not fit \(classes) classes")
    precondition(levels > 0, "a tree has at least one level, not \(levels)")
    self.classes = classes
    let spreads = (0..<classes).map { c in
      let place = c * classes + c
      return pairs[place] > 0 ? distances[place] / pairs[place] : 0
    }
    let known = (0..<classes).filter { pairs[$0 * classes + $0] > 0 }
    let floor = known.isEmpty ? 0 : known.reduce(0) { $0 + spreads[$1] } / Double(known.count)
    var merges = ClassPairTable(classes: classes, repeating: ceiling)
    for c in 0..<classes { merges[c, c] = spreads[c] }

    var groups = (0..<classes).map { [$0] }
    func linkage(_ a: [Int], _ b: [Int]) -> Double {
      var (sum, count) = (0.0, 0.0)
      for c in a {
        for d in b {
          sum += distances[c * classes + d]
          count += pairs[c * classes + d]
        }
      }
      return count > 0 ? sum / count : .infinity
    }
    for level in 1...levels {
      let threshold = floor + Double(level) * (ceiling - floor) / Double(levels)
      while let (a, b) = Self.nearest(groups, closerThan: threshold, linkage) {
        for c in groups[a] {
          for d in groups[b] {
            merges[c, d] = threshold
            merges[d, c] = threshold
          }
        }
        groups[a] += groups[b]
        groups.remove(at: b)
      }
    }
    self.spreads = spreads
    self.merges = merges
  }

  /// The two groups that are nearest to each other, the first on ties.
  private static func nearest(
    _ groups: [[Int]], closerThan threshold: Double, _ linkage: ([Int], [Int]) -> Double
  ) -> (Int, Int)? {
    var best: (Int, Int)?
    var least = threshold
    for a in groups.indices {
      for b in groups.indices where b > a {
        let distance = linkage(groups[a], groups[b])
        if distance < least { (best, least) = ((a, b), distance) }
      }
    }
    return best
  }
}
