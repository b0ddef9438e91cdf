extension CenterPass {
  /// A sample's loss against one negative, and its derivatives by the two distances and the margin.
  struct Outcome {
    var value: Scalar = 0
    var positiveSlope: Scalar = 0
    var negativeSlope: Scalar = 0
    var marginSlope: Scalar = 0
    var isActive = false
    var hasGradient = false
  }

  /// Puts the sums over coordinates and the margin together, as power and form say.
  @inline(__always)
  func combine(positive: Scalar, negative: Scalar, margin: Scalar) -> Outcome {
    guard options.form != .log else { return logarithmic(positive: positive, negative: negative, margin: margin) }
    let (near, nearSlope) = powered(positive)
    let (far, farSlope) = powered(negative)
    let bracket = bracketScale * (positiveWeight * distanceScale * near - distanceScale * far + margin)
    let value: Scalar
    let slope: Scalar
    if options.form == .softplus {
      let tail = Scalar.logarithm(onePlus: Scalar.exponential(-abs(bracket)))
      value = max(bracket, 0) + tail
      slope = bracketScale * Logistic(bracket).value
    } else {
      value = max(bracket, 0)
      slope = bracket > 0 ? bracketScale : 0
    }
    return Outcome(
      value: value, positiveSlope: slope * positiveWeight * distanceScale * nearSlope,
      negativeSlope: -slope * distanceScale * farSlope, marginSlope: slope, isActive: bracket > 0,
      hasGradient: slope > 0)
  }

  /// A distance to the option's power, and the derivative.
  @inline(__always)
  private func powered(_ distance: Scalar) -> (value: Scalar, slope: Scalar) {
    guard options.power == .root else { return (distance, 1) }
    let floor: Scalar = 1e-12
    guard distance > floor else { return (floor.squareRoot(), 0) }
    let root = distance.squareRoot()
    return (root, 0.5 / root)
  }

  /// −ln(1 − d⁺/m + ε) − ln(d⁻/m + ε)
  @inline(__always)
  private func logarithmic(positive: Scalar, negative: Scalar, margin: Scalar) -> Outcome {
    guard margin > 0 else { return Outcome() }
    let epsilon: Scalar = 1e-8
    let (near, far) = (positive / margin, negative / margin)
    let isBounded = near < 1
    let room = max(1 - near, 0) + epsilon
    let reach = far + epsilon
    let value = -Scalar.logarithm(room) - Scalar.logarithm(reach)
    let nearSlope: Scalar = isBounded ? 1 / (room * margin) : 0
    let farSlope = -1 / (reach * margin)
    return Outcome(
      value: value, positiveSlope: nearSlope, negativeSlope: farSlope,
      marginSlope: -near * nearSlope - far * farSlope, isActive: true, hasGradient: true)
  }
}
