/// How a training learns its margins, in units of the dimension: the numbers of ``/FERMetric/LearnedMargin`` divided by D.
///
///     m ← max(b·D, m − r·D·(mean of ∂Lᵢ/∂m over its valid samples − ρ))        once for each step
///
/// With the reward ρ a hinge's margin settles where the share ρ of its samples violates it; without one it falls to its
/// bound and stays there, whatever the faces show.
public struct LearnedMarginOptions: Codable, Hashable, Sendable {
  /// Whether each class has a margin of its own.
  public var perClass: Bool
  /// Where margins start, for each coordinate.
  public var initial: Double
  /// b, what they never fall below, for each coordinate.
  public var lowerBound: Double
  /// ρ
  public var reward: Double
  /// r, the step for each coordinate.
  public var rate: Double

  /// Creates options.
  public init(
    perClass: Bool = false, initial: Double = 1, lowerBound: Double = 0.01, reward: Double = 0.25, rate: Double = 0.005
  ) {
    self.perClass = perClass
    self.initial = initial
    self.lowerBound = lowerBound
    self.reward = reward
    self.rate = rate
  }

  /// Why no training can learn margins like this, in a clause, or nil if one can.
  var objection: String? {
    if !(lowerBound.isPositiveFloat && initial.isFloat && initial >= lowerBound) {
      return "a learned margin starts at or above its positive bound, not at \(initial) with the bound \(lowerBound)"
    }
    if !(reward >= 0 && reward < 1) { return "the reward of a learned margin lies in 0..<1, not at \(reward)" }
    if !(rate >= 0 && rate.isFloat) { return "the rate of a margin is a number and not negative, unlike \(rate)" }
    return nil
  }
}
