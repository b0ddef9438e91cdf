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

  /// Adds `weight` × the gradients of a function whose derivatives by the cosines are given, or writes them: then the rows
  /// are all of the batch.
  func accumulate(
    _ slopes: MatrixView<Scalar>, of embeddings: MatrixView<Scalar>, weight: Scalar, writes: Bool,
    into gradients: inout MetricGradients<Scalar>
  ) {
    let kernels = Scalar.metricKernels
    let products = units == nil ? nil : RowProducts<Scalar>(rows: rows.count, others: directions.shape[0])
    if gradients.embeddings != nil {
      if let products, let units {
        var ofUnits = Tensor<Scalar>(uninitialized: units.shape)
        products.multiply(slopes, by: directions.matrix, scaledBy: weight, into: &ofUnits)
        kernels.addTangents(
          of: ofUnits.matrix, directions: units.matrix, inverse: inverseLengths.span, rows: rows.span, writes: writes,
          to: &gradients.embeddings!)
      } else {
        if writes { kernels.fill(&gradients.embeddings!.elements, with: 0) }
        kernels.addRowGradient(
          of: embeddings, rows: rows.span, inverse: inverseLengths.span, directions: directions.matrix,
          cosines: cosines.matrix, slopes: slopes, weight: weight, to: &gradients.embeddings!)
      }
    }
    guard gradients.centers != nil else { return }
    var ofDirections: Tensor<Scalar>
    if let products, let units {
      ofDirections = Tensor(uninitialized: directions.shape)
      products.multiplyTransposed(slopes, by: units.matrix, scaledBy: weight, into: &ofDirections)
    } else {
      ofDirections = Tensor(zeros: directions.shape)
      var sums = ofDirections.mutableMatrix
      kernels.addDirectionGradient(
        of: embeddings, rows: rows.span, inverse: inverseLengths.span, slopes: slopes, weight: weight, to: &sums)
    }
    kernels.addTangents(
      of: ofDirections.matrix, directions: directions.matrix, inverse: inverseProxyLengths.span, writes: writes,
      to: &gradients.centers!)
  }

  /// The mean squared distances, 2 − 2cos, of directions to the nearest own proxy and to the nearest other one.
  func meanDistances(labels: [Int], proxiesPerClass: Int) -> (positive: Scalar, negative: Scalar) {
    let kernels = Scalar.metricKernels
    let nearest = kernels.nearestCosines(cosines.matrix, labels: labels.span, members: proxiesPerClass)
    let hasOthers = cosines.shape[1] > proxiesPerClass
    func distance(_ cosines: Tensor<Scalar>) -> Scalar {
      Scalar(2 - 2 * kernels.total(cosines.span) / Double(labels.count))
    }
    return (distance(nearest.own), hasOthers ? distance(nearest.other) : 0)
  }
}
