/// The pooled covariance within classes, as batches go by, and the Mahalanobis metric that it makes.
///
///     Σ_b = Σᵢ (xᵢ − μ of its class)(xᵢ − μ of its class)ᵀ / (N − classes in the batch)
///     Σ   ← γ·Σ + (1 − γ)·Σ_b ,   Σ = Σ_b for the first batch
///     M   = (Σ + ρ·(tr Σ / D)·I)⁻¹
///
/// Class means are those of the batch. A batch in which every class has one sample says nothing and is passed over. The
/// shrinkage ρ makes M exist although a batch is smaller than D.
///
///     var covariance = WithinClassCovariance<Float>(dimension: 128)
///     covariance.observe(embeddings.matrix, labels: labels.span)
///     let metric = try covariance.metric()
///
/// - SeeAlso: P. C. Mahalanobis, *On the generalised distance in statistics*, 1936; Docs/TAN.md.
public struct WithinClassCovariance<Scalar: TensorScalar>: Sendable {
  /// Σ, `[D, D]`; zero before the first batch.
  public private(set) var matrix: Tensor<Scalar>
  /// The number of batches that Σ has seen.
  public private(set) var batchCount = 0
  /// γ
  public let momentum: Double
  /// ρ
  public let shrinkage: Double

  /// Creates an empty record.
  ///
  /// - Precondition: The dimension is positive, γ lies in 0..<1, and ρ is positive.
  public init(dimension: Int, momentum: Double = 0.9, shrinkage: Double = 0.1) {
    precondition(dimension > 0, "points have at least one coordinate, not \(dimension)")
    precondition(momentum >= 0 && momentum < 1, "a covariance keeps a share in 0..<1 of its past, not \(momentum)")
    precondition(
      shrinkage > 0 && shrinkage.isFinite, "a covariance is shrunk by a positive number, not by \(shrinkage)")
    matrix = Tensor(zeros: [dimension, dimension])
    self.momentum = momentum
    self.shrinkage = shrinkage
  }

  /// Folds a batch into Σ.
  ///
  /// - Parameters:
  ///   - points: `[N, D]`, finite.
  ///   - labels: `[N]`.
  /// - Precondition: Sizes fit.
  /// - Complexity: O(N·D²).
  public mutating func observe(_ points: MatrixView<Scalar>, labels: [Int]) {
    let (count, dimension) = (points.rows, points.columns)
    precondition(
      dimension == matrix.shape[0], "points of \(dimension) coordinates do not fit a covariance of \(matrix.shape[0])")
    precondition(labels.count == count, "\(labels.count) labels do not fit \(count) points")
    let classes = Set(labels).sorted()
    guard count > classes.count else { return }
    let residuals = Self.residuals(points, labels, classes)
    let kept = batchCount == 0 ? 0 : Scalar(momentum)
    batchCount += 1
    var target = matrix.mutableMatrix
    Scalar.kernels(of: .current).multiplyTable(
      residuals.matrix, transposed: true, residuals.matrix, transposed: false,
      scale: (1 - kept) / Scalar(count - classes.count), into: &target, keeping: kept)
  }

  /// The metric of Σ: L = the inverse of the Cholesky factor of Σ + ρ·(tr Σ / D)·I. Euclidean before the first batch,
  /// and if Σ is zero.
  ///
  /// - Throws: ``LinearAlgebraError`` if Σ is not finite.
  /// - Complexity: O(D³).
  public func metric(power: DistancePower = .squared) throws(LinearAlgebraError) -> MahalanobisMetric<Scalar> {
    let dimension = matrix.shape[0]
    var trace = 0.0
    for j in 0..<dimension { trace += Double(matrix[j, j]) }
    let ridge = Scalar(shrinkage * trace / Double(dimension))
    guard ridge != 0 else { return MahalanobisMetric(euclidean: dimension, power: power) }
    var shrunk = matrix
    var target = shrunk.mutableMatrix
    for j in 0..<dimension { target[j, j] += ridge }
    let kernels = Scalar.kernels(of: .current)
    let factor = try kernels.choleskyFactor(shrunk)
    // With A = GGᵀ: G⁻¹ = Gᵀ·A⁻¹.
    let inverse = kernels.choleskySolve(
      factor: factor, MahalanobisMetric<Scalar>.identity(rank: dimension, dimension: dimension))
    return MahalanobisMetric(map: factor.product(inverse, transposeLeft: true), power: power)
  }

  /// Visits `covariance` and `covarianceBatches`. A matrix that is put back and makes no metric empties the record.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    var state = MetricState.tensor(matrix)
    try visit("covariance", &state)
    guard case .tensor(let values) = state, values.shape == matrix.shape else {
      preconditionFailure("the covariance is a tensor of shape \(matrix.shape), and is put back as one")
    }
    let isNew = values != matrix
    matrix = values
    state = .integers([UInt64(batchCount)])
    try visit("covarianceBatches", &state)
    guard case .integers(let counts) = state, counts.count == 1 else {
      preconditionFailure("the count of batches must remain one whole number")
    }
    batchCount = Int(counts[0].asCount)
    if isNew && (try? metric()) == nil {
      matrix.fill(with: 0)
      batchCount = 0
    }
  }

  private static func residuals(_ points: MatrixView<Scalar>, _ labels: [Int], _ classes: [Int]) -> Tensor<Scalar> {
    let kernels = Scalar.metricKernels
    var result = Tensor<Scalar>(points)
    var rows = result.mutableMatrix
    for label in classes {
      let members = labels.indices.filter { labels[$0] == label }
      var mean = Tensor<Scalar>(zeros: [points.columns])
      var sum = mean.mutableSpan
      for i in members { kernels.add(points[row: i], scaledBy: 1 / Scalar(members.count), to: &sum) }
      for i in members {
        var row = rows[row: i]
        kernels.add(mean.span, scaledBy: -1, to: &row)
      }
    }
    return result
  }
}
