extension CenterPass {
  /// One coordinate's share of a distance, and its derivatives.
  struct Term {
    var value, embedding, center, weight: Scalar
  }

  /// One coordinate's share of the distance between an embedding and a center.
  @inline(__always)
  func term(_ x: Scalar, _ c: Scalar, _ a: Scalar) -> Term {
    switch options.attentionMode {
    case .distance:
      let (value, dx, dc) = squashedDifference(x, c)
      return Term(value: a * value, embedding: a * dx, center: a * dc, weight: value)
    case .vectorsAfter:
      // Masked vectors after the squash: a enters squared.
      let (value, dx, dc) = squashedDifference(x, c)
      return Term(value: a * a * value, embedding: a * a * dx, center: a * a * dc, weight: 2 * a * value)
    case .vectorsBefore:
      let (value, dx, dc) = squashedDifference(a * x, a * c)
      return Term(value: value, embedding: a * dx, center: a * dc, weight: x * dx + c * dc)
    }
  }

  /// The squared difference of two coordinates under the squash, and its derivatives.
  @inline(__always)
  private func squashedDifference(_ x: Scalar, _ c: Scalar) -> (value: Scalar, embedding: Scalar, center: Scalar) {
    let scale = squashScale
    switch options.squash {
    case .elements:
      let (s, u) = (Logistic(scale * x), Logistic(scale * c))
      let difference = s.value - u.value
      let slope = 2 * scale * difference
      return (difference * difference, slope * s.slope, -slope * u.slope)
    case .distance:
      let difference = scale * (x - c)
      let squashed = Logistic(difference * difference)
      let slope = 2 * scale * difference * squashed.slope
      return (squashed.value, slope, -slope)
    case .distanceZeroed:
      let difference = scale * (x - c)
      let square = difference * difference
      let slope = 4 * scale * difference * Logistic(square).slope
      return (Scalar.hyperbolicTangent(square / 2), slope, -slope)
    case .none:
      let difference = x - c
      return (difference * difference, 2 * difference, -2 * difference)
    }
  }
}

/// The logistic function and its slope, from exp(−|x|) alone.
struct Logistic<Scalar: TensorScalar> {
  let value, slope: Scalar

  @inline(__always)
  init(_ x: Scalar) {
    let exponential = Scalar.exponential(-abs(x))
    let large = 1 / (1 + exponential)
    let small = exponential * large
    value = x < 0 ? small : large
    slope = exponential < Scalar.leastNormalMagnitude ? 0 : small * large
  }
}
