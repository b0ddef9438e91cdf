import FERMetric

/// Values computed in `Double`, each with the rounding error that a kernel may make.
struct Bounded: Sendable {
  var values: [Double]
  /// For each value, the error allowed in units of ε, the scalar type's `ulpOfOne`.
  var allowances: [Double]

  init(count: Int) {
    values = [Double](repeating: 0, count: count)
    allowances = values
  }

  /// Adds a term to the sum at `index`; until ``settle(terms:)``, allowances hold the sums of magnitudes.
  mutating func add(_ term: Double, at index: Int) {
    values[index] += term
    allowances[index] += term.magnitude
  }

  /// Turns magnitudes into allowances: an error of 4·√n·Σ|terms| for sums of n terms, whatever their order.
  mutating func settle(terms: Int) {
    let factor = 4 * Double(terms).squareRoot().rounded(.up)
    for i in allowances.indices { allowances[i] *= factor }
  }

  /// Adds a value to each sum and rectifies, as the last steps of a fused kernel do.
  func adding(_ terms: (Int) -> Double, rectified: Bool) -> Bounded {
    var result = self
    for i in values.indices {
      let term = terms(i)
      result.values[i] = rectified ? max(0, values[i] + term) : values[i] + term
      result.allowances[i] += 4 * (values[i].magnitude + term.magnitude)
    }
    return result
  }

  /// Whether every element of `tensor` lies within its allowance.
  func matches<Scalar: TensorScalar>(_ tensor: Tensor<Scalar>) -> Bool {
    let epsilon = Double(Scalar.ulpOfOne)
    let elements = tensor.array
    guard elements.count == values.count else { return false }
    return elements.indices.allSatisfy { (Double(elements[$0]) - values[$0]).magnitude <= epsilon * allowances[$0] }
  }
}
