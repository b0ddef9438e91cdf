/// How FER+ turns the votes of ten people for a picture into one label, or into none.
///
/// The votes stand in the order of the columns: eight emotions, then *unknown* and *not a face* (NF).
///
/// - SeeAlso: Barsoum, Zhang, Canton Ferrer and Zhang, "Training Deep Networks for Facial Expression Recognition with
///   Crowd-Sourced Label Distribution", ICMI 2016.
public enum FERPlusLabelRule: String, CaseIterable, Codable, Sendable {
  /// Microsoft's rule: more than half of the votes that count.
  ///
  /// A column with a single vote counts as zero. The label is the column with the most votes if these are more than half
  /// of what remains in all ten columns; the picture is left out otherwise, and when that column is *unknown* or *NF*.
  case majority

  /// The emotion with the most votes.
  ///
  /// The label is the emotion with the most of the raw votes, the first in the order of the columns among equals. The
  /// picture is left out if *unknown* or *NF* has more votes than it, or if there are no votes.
  case plurality

  /// The number of columns that people vote for.
  static let columnCount = 10

  /// The index of the emotion that wins, or nil if the picture is left out.
  ///
  /// - Precondition: ten votes, none negative.
  public func label(forVotes votes: [Int]) -> Int? {
    precondition(votes.count == Self.columnCount, "FER+ has \(Self.columnCount) columns of votes, not \(votes.count)")
    precondition(votes.allSatisfy { $0 >= 0 }, "votes are counts, not \(votes)")
    let counted = self == .majority ? votes.map { $0 > 1 ? $0 : 0 } : votes
    let total = counted.reduce(0, +)
    guard let peak = counted.max(), peak > 0, let winner = counted.firstIndex(of: peak) else { return nil }
    guard winner < FERPlusDataset.classNames.count else { return nil }
    return self == .majority && 2 * peak <= total ? nil : winner
  }
}
