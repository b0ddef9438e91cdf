/// A factor that changes with the number of training steps.
public enum MarginSchedule: Sendable, Hashable, Codable {
  /// From one factor to another in a straight line over the given number of steps, then constant.
  case linear(from: Double, to: Double, steps: Int)
  /// The same along half a cosine: slow at both ends.
  case cosine(from: Double, to: Double, steps: Int)
  /// The first factor, then each of the others from its step on.
  case stages(first: Double, then: [Stage])

  /// A factor that holds from a step on.
  public struct Stage: Sendable, Hashable, Codable {
    /// The first step with this factor.
    public var step: Int
    /// The factor.
    public var factor: Double

    /// Creates a stage.
    public init(step: Int, factor: Double) {
      self.step = step
      self.factor = factor
    }
  }

  /// The factor of a step, counted from 0.
  public func factor(atStep step: Int) -> Double {
    switch self {
    case .linear(let from, let to, let steps):
      return from + (to - from) * Self.share(step, of: steps)
    case .cosine(let from, let to, let steps):
      return from + (to - from) * (1 - halfCosine(Self.share(step, of: steps))) / 2
    case .stages(let first, let stages):
      return stages.last { $0.step <= step }?.factor ?? first
    }
  }

  /// The smallest factor that ever holds.
  public var smallest: Double {
    switch self {
    case .linear(let from, let to, _), .cosine(let from, let to, _): min(from, to)
    case .stages(let first, let stages): stages.reduce(first) { min($0, $1.factor) }
    }
  }

  /// The largest factor that ever holds.
  public var largest: Double {
    switch self {
    case .linear(let from, let to, _), .cosine(let from, let to, _): max(from, to)
    case .stages(let first, let stages): stages.reduce(first) { max($0, $1.factor) }
    }
  }

  /// Why this is no schedule, in a sentence, or `nil` if it is one.
  public var objection: String? {
    switch self {
    case .linear(let from, let to, let steps), .cosine(let from, let to, let steps):
      if steps < 0 { return "a schedule takes a number of steps, not \(steps)" }
      if !(from >= 0 && to >= 0 && from.isFinite && to.isFinite) {
        return "a margin's factors have to be finite and not negative, not \(from) and \(to)"
      }
    case .stages(let first, let stages):
      var last = -1
      for stage in stages {
        if stage.step <= last { return "stages have to stand in the order of their steps, from 0 on" }
        last = stage.step
      }
      if !(first >= 0 && first.isFinite && stages.allSatisfy { $0.factor >= 0 && $0.factor.isFinite }) {
        return "a margin's factors have to be finite and not negative"
      }
    }
    return nil
  }

  private static func share(_ step: Int, of steps: Int) -> Double {
    step >= steps ? 1 : Double(max(step, 0)) / Double(steps)
  }
}
