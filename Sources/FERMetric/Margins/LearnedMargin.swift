/// Margins that are learned, one for all classes or one for each, and never fall below a bound.
///
///     mₖ ← max(b, mₖ − r·(mean over valid i of class k of ∂Lᵢ/∂mₖ − ρ))        once for each training step
///
/// b is the lower bound, r the rate, ρ the reward that a margin gets for its size. The loss's weight and the reduction
/// over samples are divided out, so that they do not slow the margins. A class without valid samples keeps its margin.
///
/// Collapse: ∂Lᵢ/∂m is never negative, so without a reward (ρ = 0, the default) every margin falls until it reaches the
/// bound, and stays there: the bound, not the loss, is what it learns. With a reward in 0..<1 a hinge's margin settles
/// where the share ρ of its samples violates it: ∂Lᵢ/∂m is 1 for those and 0 for the others. A reward of 1 or more would
/// win against every sample, and the margin would grow without end: refused.
///
///     TripletCenterLoss<Float>(margin: .learned(classes: 7, initial: 1, lowerBound: 0.2, reward: 0.25), squash: .none)
///
/// - SeeAlso: H. Liu et al., *AdaptiveFace*, CVPR 2019, for margins learned against a reward of their mean.
public struct LearnedMargin<Scalar: TensorScalar>: MarginGenerator, Codable, Hashable {
  /// The margins: one, or `[C]`.
  public private(set) var values: [Double]
  /// b
  public let lowerBound: Double
  /// r
  public let rate: Double
  /// ρ
  public let reward: Double

  /// Creates margins that all start alike.
  ///
  /// - Parameters:
  ///   - classes: C for one margin for each class, `nil` for one for all.
  ///   - initial: Where margins start.
  ///   - lowerBound: What they never fall below.
  ///   - rate: The step size.
  ///   - reward: The share of violating samples at which a hinge's margin settles; 0 for none.
  /// - Precondition: The bound is positive and not above the start, the rate is not negative, the reward lies in 0..<1.
  public init(classes: Int? = nil, initial: Double, lowerBound: Double, rate: Double = 0.01, reward: Double = 0) {
    precondition(classes ?? 1 > 0, "learned margins need at least one class, not \(classes ?? 0)")
    precondition(
      lowerBound > 0 && initial >= lowerBound && initial.isFinite,
      "a learned margin starts at or above its positive bound, not at \(initial) with bound \(lowerBound)")
    precondition(rate >= 0 && rate.isFinite, "a margin's rate has to be finite and not negative, not \(rate)")
    precondition(reward >= 0 && reward < 1, "a margin's reward has to lie in 0..<1, not \(reward)")
    values = Array(repeating: initial, count: classes ?? 1)
    self.lowerBound = lowerBound
    self.rate = rate
    self.reward = reward
  }

  /// Writes the margin of each sample's class.
  ///
  /// - Precondition: Labels of samples that take part have a margin.
  public func margins(for batch: MetricBatch<Scalar>, into margins: inout MutableSpan<Scalar>) {
    for i in 0..<margins.count { margins[i] = batch.takesPart(i) ? Scalar(values[place(batch.labels[i])]) : 0 }
  }

  /// Moves the margins of the classes in the batch.
  public mutating func observe(_ batch: MetricBatch<Scalar>, slopes: Span<Scalar>?, selection: NegativeSelection) {
    guard let slopes else { return }
    var sums = [Double](repeating: 0, count: values.count)
    var counts = [Int](repeating: 0, count: values.count)
    for i in slopes.indices where selection.valid[i] {
      let k = place(batch.labels[i])
      sums[k] += Double(slopes[i])
      counts[k] += 1
    }
    for k in values.indices where counts[k] > 0 {
      values[k] = max(lowerBound, values[k] - rate * (sums[k] / Double(counts[k]) - reward))
    }
  }

  /// Visits `values`; margins that are put back below the bound, or are no numbers, become the bound.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    // Kept as bits, so that a resumed run in single precision goes on with the same margins.
    var state = MetricState<Scalar>.integers(values.map(\.bitPattern))
    try visit("values", &state)
    if case .integers(let restored) = state {
      precondition(
        restored.count == values.count, "\(restored.count) learned margins do not fit \(values.count) classes")
      values = restored.map { bits in
        let value = Double(bitPattern: bits)
        return value.isFinite ? max(lowerBound, value) : lowerBound
      }
    }
  }

  /// b/D: the weights sum to D at most.
  public func lowerBound(dimension: Int) -> Double? { lowerBound / Double(max(dimension, 1)) }

  private func place(_ label: Int) -> Int {
    guard values.count > 1 else { return 0 }
    precondition(values.indices.contains(label), "label \(label) has none of \(values.count) learned margins")
    return label
  }
}

extension MarginGenerator {
  /// Margins that are learned above a lower bound.
  public static func learned<S: TensorScalar>(
    classes: Int? = nil, initial: Double, lowerBound: Double, rate: Double = 0.01, reward: Double = 0
  ) -> Self where Self == LearnedMargin<S> {
    LearnedMargin(classes: classes, initial: initial, lowerBound: lowerBound, rate: rate, reward: reward)
  }
}
