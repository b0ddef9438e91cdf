/// A collapse that a ``CollapseWatch`` noticed: the likely cause, where, and the figures that show it.
///
/// Its description is a sentence with the figure, the cause and the remedy.
public struct CollapseWarning: Sendable, Hashable {
  /// The likely cause.
  public let cause: CollapseCause
  /// What was measured.
  public let figures: CollapseFigures
  /// The classes concerned, for dead centers and absent classes.
  public let classes: [Int]
  /// The figure that crossed the line, in a clause.
  public let sign: String

  /// The batch after which it was noticed, counted from 1.
  public var step: Int { figures.step }
}

extension CollapseWarning: CustomStringConvertible {
  /// The sign, the cause and the remedy.
  public var description: String {
    "step \(step): \(sign): \(cause.explanation); \(cause.remedy)"
  }
}

extension Double {
  /// The number with three significant digits.
  var brief: String {
    guard isFinite && self != 0 else { return "\(self)" }
    var unit = 1.0
    while magnitude / unit >= 1000 { unit *= 10 }
    while magnitude / unit < 100 { unit /= 10 }
    let rounded = (self / unit).rounded()
    return "\(unit < 1 ? rounded / (1 / unit).rounded() : rounded * unit)"
  }
}
