import Foundation

/// The log of one run of one command, as it lies in `Docs/Results`.
///
/// A run fills one or more rows of one table. Rows of the same title in several logs (seeds, repetitions) are
/// summarised together.
struct RunLog: Codable {
  struct Row: Codable {
    var row: String
    var metrics: [String: Metric]
  }

  var table: String
  var command: String
  var commit: String
  var processor: String
  var threads: Int
  var seconds: Double
  var peakMiB: Double?
  var rows: [Row]

  static let folder = "Docs/Results"

  /// All logs, in the order of their file names.
  static func all() throws(Failure) -> [(name: String, log: RunLog)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var logs: [(name: String, log: RunLog)] = []
    for name in names.sorted() where name.hasSuffix(".json") {
      let path = "\(folder)/\(name)"
      do {
        logs.append((name, try JSONDecoder().decode(RunLog.self, from: Data(contents(of: path).utf8))))
      } catch let failure as Failure {
        throw failure
      } catch {
        throw Failure("\(path) is not a run log: \(error)")
      }
    }
    return logs
  }

  /// The value of a column: a metric of the row, or a fact of the whole run.
  func value(_ key: String, in row: Row) -> Metric? {
    switch key {
    case "threads": row.metrics[key] ?? .number(Double(threads))
    case "seconds": row.metrics[key] ?? .number(seconds)
    case "peakMiB": row.metrics[key] ?? peakMiB.map { .number($0) }
    case "commit": .text(commit)
    case "processor": .text(processor)
    default: row.metrics[key]
    }
  }
}
