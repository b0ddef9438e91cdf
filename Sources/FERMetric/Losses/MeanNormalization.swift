/// Inclusion weights with mean 1 in each row: a′ = a·D/Σⱼaⱼ. A row stays as it is where that factor is no number: a row
/// of zeros, and a row that is not finite, which the loss then refuses or leaves out.
struct MeanNormalization<Scalar: TensorScalar> {
  let weights: Tensor<Scalar>
  private let sums: [Scalar]

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(_ inclusion: MatrixView<Scalar>) {
    var weights = Tensor<Scalar>(uninitialized: [inclusion.rows, inclusion.columns])
    var rowSums = Tensor<Scalar>(uninitialized: [inclusion.rows])
    var sumSpan = rowSums.mutableSpan
    Scalar.metricKernels.rowSums(of: inclusion, into: &sumSpan)
    var matrix = weights.mutableMatrix
    for i in 0..<inclusion.rows {
      let factor = Self.factor(sum: sumSpan[i], columns: inclusion.columns) ?? 1
      for j in 0..<inclusion.columns { matrix[i, j] = factor * inclusion[i, j] }
    }
    self.weights = weights
    sums = rowSums.array
  }

  /// D/Σⱼaⱼ, if it is a number.
  @inline(__always)
  private static func factor(sum: Scalar, columns: Int) -> Scalar? {
    guard sum > 0 && sum.isFinite else { return nil }
    let factor = Scalar(columns) / sum
    return factor.isFinite ? factor : nil
  }

  /// Copies the gradient collected so far and zeroes it.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func takeGradient(_ gradients: inout MetricGradients<Scalar>) -> Tensor<Scalar>? {
    guard let rows = gradients.inclusion?.rows, let columns = gradients.inclusion?.columns else { return nil }
    var copy = Tensor<Scalar>(uninitialized: [rows, columns])
    var matrix = copy.mutableMatrix
    for i in 0..<rows {
      for j in 0..<columns {
        matrix[i, j] = gradients.inclusion![i, j]
        gradients.inclusion![i, j] = 0
      }
    }
    return copy
  }

  /// Turns the gradient of a′ into that of a, ∂aⱼ = D/A·(gⱼ − Σₖ gₖaₖ/A) with A = Σⱼaⱼ, and adds what was there before.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func restore(
    _ before: Tensor<Scalar>, _ inclusion: MatrixView<Scalar>, _ gradients: inout MetricGradients<Scalar>
  ) {
    let earlier = before.matrix
    for i in 0..<inclusion.rows {
      let factor = Self.factor(sum: sums[i], columns: inclusion.columns)
      var mean: Scalar = 0
      if factor != nil {
        for j in 0..<inclusion.columns { mean += gradients.inclusion![i, j] * inclusion[i, j] / sums[i] }
      }
      for j in 0..<inclusion.columns {
        gradients.inclusion![i, j] = earlier[i, j] + (factor ?? 1) * (gradients.inclusion![i, j] - mean)
      }
    }
  }
}
