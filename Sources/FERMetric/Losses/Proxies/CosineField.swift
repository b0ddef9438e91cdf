/// The cosines between chosen rows of a batch and its proxies, and the way back from their derivatives.
///
/// With x̂ = x/‖x‖, p̂ = p/‖p‖ and slopes s = ∂L/∂cos,
///
///     ∂L/∂xᵢ = (Σₖ sᵢₖ p̂ₖ − (Σₖ sᵢₖ cosᵢₖ) x̂ᵢ) / ‖xᵢ‖        ∂L/∂pₖ = (gₖ − (gₖ·p̂ₖ) p̂ₖ) / ‖pₖ‖ ,  gₖ = Σᵢ sᵢₖ x̂ᵢ
struct CosineField<Scalar: TensorScalar> {
  /// The rows of the batch that the rows of the cosines belong to.
  let rows: [Int]
  /// `[n, P]`
  let cosines: Tensor<Scalar>
  private let inverseLengths: Tensor<Scalar>
  private let directions: Tensor<Scalar>
  private let inverseProxyLengths: Tensor<Scalar>
  /// The directions of the rows, `[n, D]`, where a matrix product is to be had; loops read the embeddings instead.
  private let units: Tensor<Scalar>?

  init(_ embeddings: MatrixView<Scalar>, rows: [Int], proxies: MatrixView<Scalar>) {
    let kernels = Scalar.metricKernels
    var proxyInverse = Tensor<Scalar>(uninitialized: [proxies.rows])
    var unit = Tensor<Scalar>(uninitialized: [proxies.rows, proxies.columns])
    var proxySpan = proxyInverse.mutableSpan
    var unitMatrix = unit.mutableMatrix
    kernels.directions(of: proxies, inverse: &proxySpan, into: &unitMatrix)
    var inverse = Tensor<Scalar>(uninitialized: [rows.count])
    var inverseSpan = inverse.mutableSpan
    var products = Tensor<Scalar>(uninitialized: [rows.count, proxies.rows])
    if let backend = RowProducts<Scalar>(rows: rows.count, others: proxies.rows) {
      var own = Tensor<Scalar>(uninitialized: [rows.count, embeddings.columns])
      var ownMatrix = own.mutableMatrix
      kernels.directions(of: embeddings, rows: rows.span, inverse: &inverseSpan, into: &ownMatrix)
      backend.multiply(own.matrix, unit.matrix, into: &products)
      units = own
    } else {
      kernels.inverseLengths(of: embeddings, rows: rows.span, into: &inverseSpan)
      var productMatrix = products.mutableMatrix
      kernels.products(
        of: embeddings, rows: rows.span, scales: inverse.span, directions: unit.matrix, into: &productMatrix)
      units = nil
    }
    self.rows = rows
    cosines = products
    inverseLengths = inverse
    directions = unit
    inverseProxyLengths = proxyInverse
  }

  /// The sines of the angles between rows and the proxies of their labels, `[n]`.
  func ownSines(of embeddings: MatrixView<Scalar>, labels: [Int]) -> Tensor<Scalar> {
    var sines = Tensor<Scalar>(uninitialized: [rows.count])
    var span = sines.mutableSpan
    Scalar.metricKernels.ownSines(
      of: embeddings, rows: rows.span, inverse: inverseLengths.span, directions: directions.matrix, labels: labels.span,
      into: &span)
    return sines
  }

  /// Adds `weight` × the gradients of a function whose derivatives by the cosines are given.
  func accumulate(
    _ slopes: MatrixView<Scalar>, of embeddings: MatrixView<Scalar>, weight: Scalar,
    into gradients: inout MetricGradients<Scalar>
  ) {
    let kernels = Scalar.metricKernels
    let products = units == nil ? nil : RowProducts<Scalar>(rows: rows.count, others: directions.shape[0])
    if gradients.embeddings != nil {
      if let products, let units {
        var ofUnits = Tensor<Scalar>(zeros: units.shape)
        products.add(slopes, directions.matrix, scaledBy: weight, toRows: 0..<rows.count, of: &ofUnits)
        kernels.addTangents(
          of: ofUnits.matrix, directions: units.matrix, inverse: inverseLengths.span, rows: rows.span,
          to: &gradients.embeddings!)
      } else {
        kernels.addRowGradient(
          of: embeddings, rows: rows.span, inverse: inverseLengths.span, directions: directions.matrix,
          cosines: cosines.matrix, slopes: slopes, weight: weight, to: &gradients.embeddings!)
      }
    }
    guard gradients.centers != nil else { return }
    var ofDirections = Tensor<Scalar>(zeros: directions.shape)
    if let products, let units {
      products.addTransposed(slopes, units.matrix, scaledBy: weight, to: &ofDirections)
    } else {
      var sums = ofDirections.mutableMatrix
      kernels.addDirectionGradient(
        of: embeddings, rows: rows.span, inverse: inverseLengths.span, slopes: slopes, weight: weight, to: &sums)
    }
    kernels.addTangents(
      of: ofDirections.matrix, directions: directions.matrix, inverse: inverseProxyLengths.span,
      to: &gradients.centers!)
  }

  /// The mean squared distances, 2 − 2cos, of directions to the nearest own proxy and to the nearest other one.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func meanDistances(labels: [Int], proxiesPerClass: Int) -> (positive: Scalar, negative: Scalar) {
    let values = cosines.span
    let count = cosines.shape[1]
    var sums = (positive: 0.0, negative: 0.0)
    for i in labels.indices {
      let own = labels[i] * proxiesPerClass
      var (near, far): (Scalar, Scalar) = (-1, -1)
      for k in 0..<count {
        let cosine = values[i * count + k]
        if k >= own && k < own + proxiesPerClass { near = max(near, cosine) } else { far = max(far, cosine) }
      }
      sums.positive += Double(2 - 2 * near)
      sums.negative += count > proxiesPerClass ? Double(2 - 2 * far) : 0
    }
    let share = 1 / Double(labels.count)
    return (Scalar(sums.positive * share), Scalar(sums.negative * share))
  }
}
