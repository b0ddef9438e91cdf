import FERModels
import Foundation
import Testing

/// The table of Docs/Method.md that says what may remain of each loss after forty steps.
struct RemainderTable {
  private let shares: [LossName: Double]
  private let others: Double

  init() throws {
    let folder = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
    let page = try String(contentsOfFile: folder + "/Docs/Method.md", encoding: .utf8)
    let rows = page.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let heading = try #require(rows.firstIndex { $0.last == "Remains at most" }, "Docs/Method.md has no such table")
    var shares: [LossName: Double] = [:]
    var others: Double?
    // Below the heading stands a rule.
    for row in rows[(heading + 2)...].prefix(while: { $0.count == 4 }) {
      let share = try #require(Double(row[3]), "\(row)")
      if row[0] == "all others" {
        others = share
      } else {
        for piece in row[0].split(separator: "`") where piece.first?.isLetter == true {
          let name = try #require(LossName(rawValue: String(piece)), "there is no loss \(piece)")
          shares[name] = share
        }
      }
    }
    self.shares = shares
    self.others = try #require(others)
  }

  /// The share that may remain, at most.
  subscript(name: LossName) -> Double { shares[name] ?? others }
}
