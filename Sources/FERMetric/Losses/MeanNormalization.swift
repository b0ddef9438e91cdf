/// Inclusion weights with mean 1 in each row: a′ = a·D/Σⱼaⱼ. A row of zeros stays as it is.
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
      let factor: Scalar = sumSpan[i] > 0 ? Scalar(inclusion.columns) / sumSpan[i] : 1
      for j in 0..<inclusion.columns { matrix[i, j] = factor * inclusion[i, j] }
    }
    self.weights = weights
    sums = rowSums.array
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
      let sum = sums[i]
      var mean: Scalar = 0
      if sum > 0 {
        for j in 0..<inclusion.columns { mean += gradients.inclusion![i, j] * inclusion[i, j] / sum }
      }
      let factor: Scalar = sum > 0 ? Scalar(inclusion.columns) / sum : 1
      for j in 0..<inclusion.columns {
        gradients.inclusion![i, j] = earlier[i, j] + factor * (gradients.inclusion![i, j] - mean)
      }
    }
  }
}
