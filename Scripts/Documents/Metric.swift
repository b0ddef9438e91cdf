import Foundation

/// A measured value: one number, repeated measurements of it, a word, or structure that tables don't show.
enum Metric: Codable {
  case number(Double)
  case samples([Double])
  case text(String)
  case nested([Metric])
  case named([String: Metric])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let samples = try? container.decode([Double].self) {
      self = .samples(samples)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let nested = try? container.decode([Metric].self) {
      self = .nested(nested)
    } else {
      self = .named(try container.decode([String: Metric].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .samples(let samples): try container.encode(samples)
    case .text(let text): try container.encode(text)
    case .nested(let nested): try container.encode(nested)
    case .named(let named): try container.encode(named)
    }
  }
}

extension Metric {
  /// What a table cell shows: repeated measurements as median (lowest–highest), several runs as mean ± standard
  /// deviation.
  static func summary(of metrics: [Metric], scale: Double, digits: Int) -> String? {
    func format(_ value: Double) -> String { String(format: "%.\(digits)f", value * scale) }
    if metrics.count == 1 {
      switch metrics[0] {
      case .number(let number): return format(number)
      case .samples(let samples):
        let sorted = samples.sorted()
        guard let low = sorted.first, let high = sorted.last else { return nil }
        let middle = sorted.count / 2
        let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        return "\(format(median)) (\(format(low))–\(format(high)))"
      case .text(let text): return text
      case .nested, .named: return nil
      }
    }
    let numbers = metrics.compactMap { if case .number(let number) = $0 { number } else { nil } }
    guard let first = numbers.first, numbers.count == metrics.count else { return nil }
    if numbers.allSatisfy({ $0 == first }) { return format(first) }
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count - 1)
    return "\(format(mean)) ± \(format(variance.squareRoot()))"
  }
}
