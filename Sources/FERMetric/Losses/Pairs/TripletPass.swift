/// The triplet loss over a list of triplets.
struct TripletPass<Scalar: TensorScalar> {
  private let margin: Scalar
  private let sign: Scalar
  private let swaps, isSmooth: Bool

  init(_ loss: TripletMarginLoss<Scalar>) {
    margin = Scalar(loss.margin)
    sign = loss.distance.isSimilarity ? -1 : 1
    swaps = loss.swap
    isSmooth = loss.isSmooth
  }

  /// Sums losses and adds the gradient of the sum.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  func run(
    _ triplets: [SampleTriplet], _ distances: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>?
  ) -> (loss: Double, active: Double, count: Double) {
    var (sum, active) = (0.0, 0.0)
    for triplet in triplets {
      let (a, p, n) = (triplet.anchor, triplet.positive, triplet.negative)
      let far = sign * distances[a, n]
      let crossed = swaps ? sign * distances[p, n] : far
      let x = sign * distances[a, p] - Swift.min(far, crossed) + margin
      let (loss, slope) = isSmooth ? softplus(x) : (Swift.max(x, 0), x > 0 ? 1 : 0)
      sum += Double(loss)
      active += loss > 0 ? 1 : 0
      guard gradient != nil && slope != 0 else { continue }
      let share: Scalar = far < crossed || !swaps ? 1 : far > crossed ? 0 : 0.5
      gradient![a, p] += sign * slope
      gradient![a, n] -= sign * share * slope
      if swaps { gradient![p, n] -= sign * (1 - share) * slope }
    }
    return (sum, active, Double(triplets.count))
  }

  @inline(__always)
  private func softplus(_ x: Scalar) -> (Scalar, Scalar) {
    let e = Scalar.exponential(-x.magnitude)
    return (Swift.max(x, 0) + Scalar.logarithm(onePlus: e), (x < 0 ? e : 1) / (1 + e))
  }
}
