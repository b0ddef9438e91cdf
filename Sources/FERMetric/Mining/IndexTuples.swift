/// Two rows by index: an anchor, and a row of the other side.
public struct IndexPair: Sendable, Hashable {
  /// The anchor, and what it is compared with.
  public var anchor, other: Int

  /// Creates a pair.
  public init(_ anchor: Int, _ other: Int) {
    self.anchor = anchor
    self.other = other
  }
}

/// What a miner chose: pairs, or triplets.
///
/// Anchors are rows of the batch; the others are rows of the references where the batch has them, else of the batch. A
/// loss over pairs takes a triplet as its two pairs, counted as often as they occur; a loss over triplets takes pairs as
/// all triplets of an anchor's positives and negatives.
public enum IndexTuples: Sendable, Hashable {
  /// Positive and negative pairs.
  case pairs(positives: [IndexPair], negatives: [IndexPair])
  /// Triplets.
  case triplets([SampleTriplet])

  /// No tuples.
  public static var none: IndexTuples { .triplets([]) }

  /// Whether there is nothing to learn from.
  public var isEmpty: Bool {
    switch self {
    case .pairs(let positives, let negatives): positives.isEmpty && negatives.isEmpty
    case .triplets(let triplets): triplets.isEmpty
    }
  }

  /// The tuples whose rows are all kept, by their new places.
  func moved(rows: [Int?], others: [Int?]) -> IndexTuples {
    func place(_ pair: IndexPair) -> IndexPair? {
      guard let anchor = rows[pair.anchor], let other = others[pair.other] else { return nil }
      return IndexPair(anchor, other)
    }
    switch self {
    case .pairs(let positives, let negatives):
      return .pairs(positives: positives.compactMap(place), negatives: negatives.compactMap(place))
    case .triplets(let triplets):
      return .triplets(
        triplets.compactMap { triplet in
          guard let anchor = rows[triplet.anchor], let positive = others[triplet.positive],
            let negative = others[triplet.negative]
          else { return nil }
          return SampleTriplet(anchor: anchor, positive: positive, negative: negative)
        })
    }
  }

  /// Stops where an index lies outside of a matrix.
  func check(rows: Int, columns: Int) {
    func check(_ anchor: Int, _ other: Int) {
      precondition(
        anchor >= 0 && anchor < rows && other >= 0 && other < columns,
        "the pair (\(anchor), \(other)) lies outside of \(rows)×\(columns) pairs")
    }
    switch self {
    case .pairs(let positives, let negatives):
      for pair in positives { check(pair.anchor, pair.other) }
      for pair in negatives { check(pair.anchor, pair.other) }
    case .triplets(let triplets):
      for triplet in triplets {
        check(triplet.anchor, triplet.positive)
        check(triplet.anchor, triplet.negative)
      }
    }
  }
}
