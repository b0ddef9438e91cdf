/// One row of the focal loss.
struct FocalPass<Scalar: TensorScalar> {
  /// γ
  let focus: Scalar
  let classWeights: [Scalar]?
  /// ε
  let smoothing: Scalar

  /// The row's loss; after the call `slopes` holds its gradient.
  ///
  /// With q = 1 − p the gradient by zₗ is rₗ − pₗ·Σₖ rₖ, where rₖ = wₖ t′ₖ (γ pₖ qₖ^(γ−1) ln pₖ − qₖ^γ). Only the
  /// product q^γ·(ln p)/q is formed, whose second factor tends to −1 where q vanishes.
  @inline(__always)
  func row(
    _ input: CrossEntropyInput<Scalar>, _ i: Int, _ exponentials: inout [Scalar], _ slopes: inout [Scalar]
  ) -> Scalar {
    let logits = input.logits[row: i]
    let classes = logits.count
    var highest = logits[0]
    for k in 1..<max(1, classes) { highest = max(highest, logits[k]) }
    var sum: Scalar = 0
    for k in 0..<classes {
      exponentials[k] = Scalar.exponential(logits[k] - highest)
      sum += exponentials[k]
    }
    let logarithm = Scalar.logarithm(sum)
    let even = smoothing / Scalar(classes)
    let certain = (0..<classes).first { exponentials[$0] / sum > 0.5 }
    let doubt = certain.map { rest(exponentials, without: $0) / sum } ?? 1
    var (loss, total): (Scalar, Scalar) = (0, 0)
    for k in 0..<classes {
      let target: Scalar = input.targets?[i, k] ?? (input.labels![i] == k ? 1 : 0)
      let share = (classWeights?[k] ?? 1) * ((1 - smoothing) * target + even)
      slopes[k] = 0
      guard share != 0 else { continue }
      let p = exponentials[k] / sum
      let q = k == certain ? doubt : 1 - p
      let entropy = k == certain ? Scalar.logarithm(onePlus: -q) : logits[k] - highest - logarithm
      let factor = power(q)
      if factor > 0 { loss -= share * factor * entropy }
      let ratio: Scalar = q > 0 ? entropy / q : -1
      slopes[k] = share * factor * (p > 0 && focus > 0 ? focus * p * ratio - 1 : -1)
      total += slopes[k]
    }
    // rₖ − pₖ·Σr as qₖrₖ − pₖ·(Σr − rₖ): nothing cancels where only the label's term is there.
    for k in 0..<classes {
      let p = exponentials[k] / sum
      slopes[k] = (k == certain ? doubt : 1 - p) * slopes[k] - p * (total - slopes[k])
    }
    return loss
  }

  /// The sum of the exponentials of all classes but one: what is left of 1 where that one is almost certain.
  @inline(__always)
  private func rest(_ exponentials: [Scalar], without class: Int) -> Scalar {
    var sum: Scalar = 0
    for k in exponentials.indices where k != `class` { sum += exponentials[k] }
    return sum
  }

  /// q^γ
  @inline(__always)
  private func power(_ q: Scalar) -> Scalar {
    if focus == 0 { return 1 }
    if focus == 2 { return q * q }
    return q > 0 ? Scalar.exponential(focus * Scalar.logarithm(q)) : 0
  }
}
