import Foundation

/// A table that a document asks for by a marker such as
///
///     <!-- table ferplus | Loss: row | Accuracy, %: accuracy ×100 .1 | Seconds: seconds .0 -->
///
/// Each column names a metric, optionally a factor and a number of digits; `row` is the title of the row.
struct Table {
  struct Column {
    let title: String
    let key: String
    let scale: Double
    let digits: Int
  }

  let name: String
  let columns: [Column]

  /// Reads a marker's text, without the comment signs and the word `table`.
  init(marker: String) throws(Failure) {
    let parts = marker.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    guard let name = parts.first, !name.isEmpty, parts.count > 1 else {
      throw Failure("a table marker needs a name and columns: '\(marker)'")
    }
    self.name = name
    var columns: [Column] = []
    for part in parts.dropFirst() {
      guard let colon = part.lastIndex(of: ":") else { throw Failure("a column is 'Title: key', not '\(part)'") }
      let words = part[part.index(after: colon)...].split(separator: " ").map(String.init)
      guard let key = words.first else { throw Failure("the column '\(part)' names no metric") }
      var (scale, digits) = (1.0, 0)
      for word in words.dropFirst() {
        switch (word.first, Double(word.dropFirst()), Int(word.dropFirst())) {
        case ("×", let factor?, _): scale = factor
        case (".", _, let count?): digits = count
        default: throw Failure("'\(word)' in the column '\(part)' is neither a factor (×100) nor digits (.1)")
        }
      }
      columns.append(Column(title: String(part[..<colon]), key: key, scale: scale, digits: digits))
    }
    self.columns = columns
  }

  /// The lines of the table and of the remark under it.
  func lines(from logs: [(name: String, log: RunLog)]) throws(Failure) -> [String] {
    let mine = logs.filter { $0.log.table == name }
    guard !mine.isEmpty else { throw Failure("no log in \(RunLog.folder) has rows for the table '\(name)'") }
    var order: [String] = []
    var groups: [String: [(log: RunLog, row: RunLog.Row)]] = [:]
    for (_, log) in mine {
      for row in log.rows {
        if groups[row.row] == nil { order.append(row.row) }
        groups[row.row, default: []].append((log, row))
      }
    }

    var lines = [
      "| " + columns.map(\.title).joined(separator: " | ") + " |",
      "|" + columns.map { $0.key == "row" ? " --- |" : " ---: |" }.joined(),
    ]
    for title in order {
      let cells = columns.map { column in
        if column.key == "row" { return title }
        let values = groups[title, default: []].map { $0.log.value(column.key, in: $0.row) }
        let present = values.compactMap { $0 }
        guard present.count == values.count else { return "–" }
        return Metric.summary(of: present, scale: column.scale, digits: column.digits) ?? "–"
      }
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    return lines + ["", remark(on: mine, repeated: groups.values.contains { $0.count > 1 })]
  }

  private func remark(on logs: [(name: String, log: RunLog)], repeated: Bool) -> String {
    func distinct(_ values: [String]) -> String {
      var seen: Set<String> = []
      return values.filter { seen.insert($0).inserted }.joined(separator: ", ")
    }
    let machine = distinct(
      logs.map { "\($0.log.processor), \($0.log.threads) thread\($0.log.threads == 1 ? "" : "s")" })
    let commits = distinct(logs.map { "`\($0.log.commit)`" })
    let files = distinct(logs.map { "`\($0.name)`" })
    let spread = repeated ? " Several runs of a row: mean ± standard deviation." : ""
    return "*Measured on \(machine), at \(commits); \(RunLog.folder): \(files).\(spread)*"
  }
}
