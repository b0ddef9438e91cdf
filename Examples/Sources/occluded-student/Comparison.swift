import FERModels

/// Two networks judged on the same pictures: is the difference more than the draw of the pictures?
///
/// Only the pictures that one of them alone recognises count (McNemar's test). If the networks were equally good, each
/// of these would be as likely the one's as the other's, and the difference of the counts beyond 1.96·√(their sum) in one
/// of twenty draws.
struct Comparison {
  let onlyFirst: Int
  let onlySecond: Int

  /// - Precondition: Both evaluations are of the same pictures.
  init(_ first: Evaluation, _ second: Evaluation) {
    precondition(first.samples == second.samples, "two networks are compared on the same pictures")
    let pairs = zip(first.hits, second.hits)
    onlyFirst = pairs.count { $0 && !$1 }
    onlySecond = pairs.count { !$0 && $1 }
  }

  /// A sentence about two networks by their names.
  func verdict(_ first: String, _ second: String) -> String {
    let counts = "\(first) alone recognises \(onlyFirst) pictures, \(second) alone \(onlySecond)"
    let isChance = Double(abs(onlyFirst - onlySecond)) <= 1.96 * Double(onlyFirst + onlySecond).squareRoot()
    if isChance { return "\(counts): such a difference may be chance, neither is shown to be better." }
    let ahead = onlyFirst > onlySecond ? first : second
    return "\(counts): more than the draw of the pictures explains, \(ahead) is ahead."
  }
}

extension Evaluation {
  /// Whether each picture was recognised.
  fileprivate var hits: [Bool] { zip(samples, predictions).map { $0.label == $1 } }

  /// `71.4 % (200 of 280)`
  var accuracy: String {
    let share = Double(Int(confusion.accuracy * 1000 + 0.5)) / 10
    return "\(share) % (\(confusion.correctCount) of \(samples.count))"
  }
}
