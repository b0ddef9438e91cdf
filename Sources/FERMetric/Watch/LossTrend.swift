/// A loss over time: its beginning, and a moving average.
struct LossTrend: Sendable {
  private static let beginning = 5
  private static let memory = 0.9

  private var count = 0
  private var lowest = Double.infinity
  private var average = 0.0
  private var latest = 0.0
  private var isFinite = true

  mutating func add(_ value: Double) {
    isFinite = isFinite && value.isFinite
    guard value.isFinite else { return }
    count += 1
    latest = value
    if count <= Self.beginning { lowest = min(lowest, value) }
    average = count == 1 ? value : Self.memory * average + (1 - Self.memory) * value
  }

  /// The lowest of the first values, once there are enough: an explosion in the second step is not taken for the start.
  var first: Double? { count >= Self.beginning ? lowest : nil }

  /// The moving average, which forgets a tenth with each value.
  var smoothed: Double? { count > 0 ? average : nil }

  /// Whether average and latest value exceed so many times the beginning or the floor, or values were not finite. The
  /// average alone may still be high from the start of a loss that falls fast.
  func isAbove(_ factor: Double, floor: Double) -> Bool {
    guard let first else { return false }
    let line = factor * max(first, floor)
    return !isFinite || average > line && latest > line
  }
}
