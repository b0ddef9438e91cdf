/// How rare classes are weighted up: a rule that makes class weights from the classes' numbers of examples.
///
/// With n the examples of class k, N all examples and C the classes that have any,
///
///     .inverseFrequency(power: p)    w ∝ n⁻ᵖ ,               scaled so that Σₖ nₖwₖ = N      (p = 1: N / (C·n))
///     .effectiveNumber(beta: β)      w ∝ (1 − β) / (1 − βⁿ) , scaled so that Σₖ wₖ = C
///
/// The first with p = 1 is scikit-learn's `balanced`; p = ½ is its common moderation. The second takes examples for
/// overlapping: the more there are, the less a further one adds. β = 0 weights all classes alike, and β → 1 tends to
/// the inverse frequency. Cui et al. use 0.9 to 0.9999; 0.999 suits data sets of some ten thousand pictures.
///
///     let counts = faces.classCounts(in: .train)
///     let weights: [Float] = ClassWeighting.effectiveNumber(beta: 0.999).weights(counts: counts)
///     let loss = SoftmaxCrossEntropy(classWeights: weights)
///
/// Losses that divide by the sum of the weights, as ``SoftmaxCrossEntropy`` does, do not see the scale.
///
/// - SeeAlso: Y. Cui, M. Jia, T.-Y. Lin, Y. Song and S. Belongie, *Class-Balanced Loss Based on Effective Number of
///   Samples*, CVPR 2019; Docs/Imbalance.md.
public enum ClassWeighting: Sendable, Hashable, Codable {
  /// w ∝ n⁻ᵖ, scaled to a mean of 1 over the examples.
  case inverseFrequency(power: Double = 1)
  /// w ∝ (1 − β)/(1 − βⁿ), scaled to a mean of 1 over the classes.
  case effectiveNumber(beta: Double)

  /// Why no classes can be weighted like this, in a clause, or `nil` if they can.
  public var objection: String? {
    switch self {
    case .inverseFrequency(let power):
      (0...2).contains(power) ? nil : "the power of an inverse frequency lies in 0...2, not at \(power)"
    case .effectiveNumber(let beta):
      (0..<1).contains(beta) ? nil : "the β of an effective number lies in 0..<1, not at \(beta)"
    }
  }

  /// The weights of classes with `counts` examples, `[C]`; 0 for a class without any, which no label names.
  ///
  /// - Precondition: Counts are not negative, one of them is positive, and there is no ``objection``.
  /// - Complexity: O(C).
  public func weights<Scalar: TensorScalar>(counts: [Int], as type: Scalar.Type = Scalar.self) -> [Scalar] {
    if let objection { preconditionFailure(objection) }
    precondition(counts.allSatisfy { $0 >= 0 }, "classes have no negative number of examples, unlike \(counts)")
    precondition(counts.contains { $0 > 0 }, "classes without any example have no weights")
    let raw = counts.map { $0 == 0 ? 0 : unscaled(count: Double($0)) }
    let (wanted, actual) =
      switch self {
      case .inverseFrequency: (Double(counts.reduce(0, +)), zip(counts, raw).reduce(0) { $0 + Double($1.0) * $1.1 })
      case .effectiveNumber: (Double(counts.count { $0 > 0 }), raw.reduce(0, +))
      }
    return raw.map { Scalar($0 * (wanted / actual)) }
  }

  private func unscaled(count n: Double) -> Double {
    switch self {
    case .inverseFrequency(let power):
      return Double.exponential(-power * Double.logarithm(n))
    case .effectiveNumber(let beta):
      // 1 − βⁿ = 2t/(1 + t) with t = tanh(−½·n·ln β), which keeps its digits where β is near 1.
      let t = Double.hyperbolicTangent(-n / 2 * Double.logarithm(onePlus: beta - 1))
      return (1 + t) / (2 * t)
    }
  }
}
