/// How far apart centers lie: V = Σⱼ Σₖ (cₖⱼ − c̄ⱼ)²/(C − 1), held at 10⁻¹² below.
struct CenterSpread<Scalar: TensorScalar> {
  let value: Double
  private let isHeld: Bool
  private let means: [Double]

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(_ centers: MatrixView<Scalar>) {
    precondition(centers.rows > 1, "the spread of the centers needs at least two of them, not \(centers.rows)")
    var means = [Double](repeating: 0, count: centers.columns)
    for k in 0..<centers.rows {
      for j in means.indices { means[j] += Double(centers[k, j]) }
    }
    for j in means.indices { means[j] /= Double(centers.rows) }
    var sum = 0.0
    for k in 0..<centers.rows {
      for j in means.indices {
        let difference = Double(centers[k, j]) - means[j]
        sum += difference * difference
      }
    }
    self.means = means
    isHeld = sum / Double(centers.rows - 1) < 1e-12
    value = max(sum / Double(centers.rows - 1), 1e-12)
  }

  /// Adds the gradient by the centers of something that is divided by the spread and then worth `quotient`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func accumulateGradient(
    of quotient: Double, _ centers: MatrixView<Scalar>, _ gradients: inout MetricGradients<Scalar>
  ) {
    guard !isHeld && gradients.centers != nil else { return }
    let slope = -quotient / value * 2 / Double(centers.rows - 1)
    for k in 0..<centers.rows {
      for j in means.indices { gradients.centers![k, j] += Scalar(slope * (Double(centers[k, j]) - means[j])) }
    }
  }
}
