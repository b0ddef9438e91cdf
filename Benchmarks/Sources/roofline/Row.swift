import Foundation

/// A row of the run log.
struct Row: Encodable {
  /// What was measured in each round.
  struct Metrics: Encodable {
    var milliseconds: [Double]?
    var unit: String
    var rate: [Double]
    var share: [Double]?
  }

  let row: String
  let metrics: Metrics

  /// The row as text: the median rate, and its share of the peak.
  var line: String {
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    let share = metrics.share.map { String(format: "  %3.0f %% of the peak", 100 * median($0)) } ?? ""
    return String(format: "%8.1f ", median(metrics.rate)) + metrics.unit + share + "  " + row
  }
}
