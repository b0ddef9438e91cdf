internal import FERMetric

/// The softmax over pairs of logits, of which only the second weight is kept: a = σ(z¹ − z⁰ + bias).
enum PairSoftmax {
  /// The second weights of pairs that lie side by side in memory, with one axis.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  static func second<Scalar>(_ logits: Tensor<Scalar>, bias: Scalar = 0) -> Tensor<Scalar> {
    var weights = Tensor<Scalar>(uninitialized: [logits.count / 2])
    let z = logits.span
    var a = weights.mutableSpan
    for i in a.indices { a[i] = Sigmoid.value(z[2 * i + 1] - z[2 * i] + bias) }
    return weights
  }

  /// The gradient by the pairs, with one axis: ∂z¹ = a(1 − a)·∂a and ∂z⁰ = −∂z¹.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  static func backward<Scalar>(_ gradient: Tensor<Scalar>, second weights: Tensor<Scalar>) -> Tensor<Scalar> {
    var logits = Tensor<Scalar>(uninitialized: [2 * weights.count])
    let (g, a) = (gradient.span, weights.span)
    var z = logits.mutableSpan
    for i in a.indices {
      let slope = g[i] * a[i] * (1 - a[i])
      z[2 * i] = -slope
      z[2 * i + 1] = slope
    }
    return logits
  }
}
