/// A learning rate that falls in steps at fixed shares of the training, whatever its length.
///
///     StepSchedule.late.factor(inEpoch: 8, of: 10)     // 0.01: both steps are behind
///
/// A step at the share s of n epochs takes effect in epoch ⌊s·n + ½⌋ (counted from 0, never before the second epoch),
/// so that 60 epochs with steps at 1/3 and 2/3 are torch's `StepLR(step_size=20, gamma=0.1)`.
public struct StepSchedule: Hashable, Sendable, Codable {
  /// Where the rate falls, as shares of all epochs.
  public let shares: [Double]
  /// What the rate is multiplied by at each step.
  public let factor: Double

  /// Creates a schedule.
  ///
  /// - Precondition: Shares lie in 0...1, and the factor is positive and finite.
  public init(shares: [Double], factor: Double = 0.1) {
    precondition(shares.allSatisfy { (0...1).contains($0) }, "steps stand at shares in 0...1, not \(shares)")
    precondition(factor > 0 && factor.isFinite, "a rate is multiplied by a positive number, not \(factor)")
    self.shares = shares
    self.factor = factor
  }

  /// The rate never changes.
  public static let constant = StepSchedule(shares: [])

  /// A tenth after two thirds and again after five sixths of the epochs: the default of `fer train`.
  public static let late = StepSchedule(shares: [2.0 / 3, 5.0 / 6])

  /// A tenth after each third of the epochs: the paper's 60 epochs with a step every 20.
  public static let paper = StepSchedule(shares: [1.0 / 3, 2.0 / 3])

  /// What the initial rate is multiplied by in an epoch.
  ///
  /// - Parameters:
  ///   - epoch: The epoch, counted from 0.
  ///   - epochs: The number of epochs of the whole training.
  public func factor(inEpoch epoch: Int, of epochs: Int) -> Double {
    shares.reduce(1) { product, share in
      let first = max(1, Int((share * Double(epochs) + 0.5).rounded(.down)))
      return epoch >= first ? product * factor : product
    }
  }
}

extension StepSchedule {
  /// The schedules that have a name, for configurations and command lines.
  public static let named: [(name: String, schedule: StepSchedule)] = [
    ("late", .late), ("paper", .paper), ("constant", .constant),
  ]
}
