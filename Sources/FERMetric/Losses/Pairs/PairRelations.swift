/// Which pairs of a matrix are positive and which negative: by labels, or by tuples that a miner chose.
///
/// By labels, a pair of one label is positive and any other negative; a row compared with itself is neither. No [B, N]
/// matrix is made for that. Tuples become a [B, N] matrix of how often each pair counts; those of a
/// ``TripletMarginMiner`` are counted without a list of them.
public struct PairRelations<Scalar: TensorScalar>: Sendable {
  /// The labels of the rows, `[B]`.
  public let labels: [Int]
  /// The labels of the columns, `[N]`.
  public let otherLabels: [Int]
  /// For each row the column that is the row itself, or −1; `nil` where no row is among the columns.
  public let own: [Int]?
  /// Whether rows and columns are the same samples.
  public let comparesWithItself: Bool
  // Triplets that were given as a list.
  private var list: [SampleTriplet]?
  /// Triplets that were chosen by their gaps.
  private(set) var choice: GapChoice<Scalar>?
  /// How many pairs are positive and negative, once somebody has counted them.
  var counts: (positives: Double, negatives: Double)?
  // +k for a positive that counts k times, −k for a negative; nil: by labels.
  private(set) var matrix: Tensor<Scalar>?

  /// Relations by labels of rows among themselves.
  public init(labels: [Int]) {
    self.labels = labels
    otherLabels = labels
    own = Array(labels.indices)
    comparesWithItself = true
  }

  /// Relations by labels of rows and others.
  ///
  /// - Precondition: `own` is `nil` or holds a column or −1 for each row.
  public init(labels: [Int], otherLabels: [Int], own: [Int]? = nil) {
    precondition(
      (own?.count ?? labels.count) == labels.count,
      "\(own?.count ?? 0) places do not fit \(labels.count) rows")
    precondition(
      own?.allSatisfy { $0 >= -1 && $0 < otherLabels.count } ?? true,
      "a row's own place lies outside of \(otherLabels.count) columns")
    self.labels = labels
    self.otherLabels = otherLabels
    self.own = own
    comparesWithItself = false
  }

  /// The number of rows, B.
  public var rows: Int { labels.count }

  /// The number of columns, N.
  public var columns: Int { otherLabels.count }

  /// The same rows and columns with tuples instead of labels; positive pairs of a row with itself are left out.
  ///
  /// - Precondition: Indices lie within rows and columns.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func selecting(_ tuples: IndexTuples) -> PairRelations {
    tuples.check(rows: rows, columns: columns)
    var result = byLabels
    var counts = Tensor<Scalar>(zeros: [rows, columns])
    var elements = counts.mutableMatrix
    switch tuples {
    case .pairs(let positives, let negatives):
      for pair in positives where !isOwn(pair.anchor, pair.other) { elements[pair.anchor, pair.other] += 1 }
      for pair in negatives { elements[pair.anchor, pair.other] -= 1 }
    case .triplets(let triplets):
      let kept = triplets.filter { !isOwn($0.anchor, $0.positive) }
      for triplet in kept {
        elements[triplet.anchor, triplet.positive] += 1
        elements[triplet.anchor, triplet.negative] -= 1
      }
      result.list = kept
    }
    result.matrix = counts
    return result
  }

  /// The same rows and columns with what a miner chooses instead of labels.
  ///
  /// - Parameter distances: `[B, N]` by the miner's distance.
  func selecting(_ miner: any TupleMiner<Scalar>, over distances: Tensor<Scalar>) -> PairRelations {
    guard let byGap = miner as? TripletMarginMiner<Scalar> else {
      return selecting(miner.mine(distances.matrix, self))
    }
    var result = byLabels
    result.choice = GapChoice(miner: byGap, distances: distances)
    result.matrix = byGap.counts(distances.matrix, self)
    return result
  }

  /// The same rows and columns by their labels.
  var byLabels: PairRelations {
    var result = self
    result.list = nil
    result.choice = nil
    result.matrix = nil
    result.counts = nil
    return result
  }

  /// Lists the triplets, if they were given or chosen as such.
  ///
  /// - Complexity: Those that a ``TripletMarginMiner`` chose are looked for each time, and can be B·N²/4.
  public func listedTriplets() -> [SampleTriplet]? { choice?.triplets(self) ?? list }

  /// Whether labels decide, and no tuples.
  public var isByLabels: Bool { matrix == nil }

  /// Whether column j is row i itself.
  public func isOwn(_ i: Int, _ j: Int) -> Bool { own.map { $0[i] == j } ?? false }

  /// Whether row i and column j are a positive pair by their labels.
  public func isPositive(_ i: Int, _ j: Int) -> Bool { labels[i] == otherLabels[j] && !isOwn(i, j) }

  /// Whether row i and column j are a negative pair by their labels.
  public func isNegative(_ i: Int, _ j: Int) -> Bool { labels[i] != otherLabels[j] }
}
