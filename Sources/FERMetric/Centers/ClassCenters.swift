/// The class centers: a `[C, D]` matrix, one row for each class, and the rule that moves it (option A9).
///
/// Centers live in the space of the raw embeddings; the loss squashes both alike. They start distinct, as N(0, 2/C):
/// with equal centers the loss has no gradient.
///
///     var centers = ClassCenters<Float>(classes: 7, dimension: 512, seed: 1)
///     // … the loss adds into centers.gradient …
///     centers.step(embeddings: x.matrix, labels: y.span, lossWeight: 0.01)
public struct ClassCenters<Scalar: TensorScalar>: Sendable {
  /// How centers move.
  public enum Update: Sendable, Hashable, Codable {
    /// c ← c − rate · ∂L/∂c, with the loss's weight λ divided out, so that λ does not slow the centers; no momentum
    /// and no decay.
    case gradient(rate: Double)
    /// cₖ ← cₖ − rate · Σᵢ aᵢ ⊙ (cₖ − xᵢ) / (1 + nₖ) over the nₖ samples of class k; a ≡ 1 unless `weighted`, where a
    /// are the inclusion weights. Without weights this is the rule of Wen et al., with them that of DACL. A class
    /// without samples does not move.
    case movingAverage(rate: Double, weighted: Bool)
    /// Somebody else moves the centers.
    case external
  }

  /// `[C, D]`
  public var matrix: Tensor<Scalar>
  /// `[C, D]`, which losses add into; a step uses it up.
  public var gradient: Tensor<Scalar>
  /// The rule that moves the centers.
  public let update: Update

  /// Creates centers drawn from N(0, 2/C).
  ///
  /// - Precondition: There is at least one class and one dimension.
  public init(classes: Int, dimension: Int, update: Update = .gradient(rate: 0.5), seed: UInt64 = 0) {
    precondition(
      classes > 0 && dimension > 0, "centers need classes and dimensions, not \(classes)×\(dimension)")
    var generator = SeededGenerator(seed: seed)
    let deviation = (2 / Double(classes)).squareRoot()
    let elements = (0..<classes * dimension).map { _ in Scalar(deviation * generator.nextNormal()) }
    self.init(Tensor(elements, shape: [classes, dimension]), update: update)
  }

  /// Creates centers from a `[C, D]` matrix.
  ///
  /// - Precondition: The matrix has two axes, and the rate is finite.
  public init(_ matrix: Tensor<Scalar>, update: Update = .gradient(rate: 0.5)) {
    precondition(matrix.rank == 2, "centers are a matrix of classes by dimensions, not of shape \(matrix.shape)")
    switch update {
    case .gradient(let rate), .movingAverage(let rate, _):
      precondition(rate.isFinite, "the centers' rate has to be a finite number, not \(rate)")
    case .external: break
    }
    self.matrix = matrix
    self.update = update
    gradient = Tensor(zeros: matrix.shape)
  }

  /// Moves the centers by one step, and zeroes the gradient.
  ///
  /// - Parameters:
  ///   - embeddings: `[B, D]`, of this step; read by the moving average. Rows that are not finite are left out.
  ///   - labels: `[B]`.
  ///   - inclusion: `[B, D]` inclusion weights, for the weighted moving average.
  ///   - lossWeight: The weight λ with which the loss was called, divided out of the gradient.
  /// - Precondition: Sizes fit; labels lie in range.
  /// - Complexity: O(B·D + C·D).
  public mutating func step(
    embeddings: MatrixView<Scalar>, labels: Span<Int>, inclusion: MatrixView<Scalar>? = nil, lossWeight: Scalar = 1
  ) {
    switch update {
    case .gradient: step(lossWeight: lossWeight)
    case .movingAverage(let rate, let weighted):
      precondition(
        labels.count == embeddings.rows && embeddings.columns == matrix.shape[1],
        "\(labels.count) labels and embeddings \(embeddings.rows)×\(embeddings.columns) do not fit centers "
          + "of shape \(matrix.shape)")
      precondition(!weighted || inclusion != nil, "the weighted moving average reads inclusion weights")
      average(embeddings, labels, weighted ? inclusion : nil, rate: Scalar(rate))
      gradient.fill(with: 0)
    case .external: gradient.fill(with: 0)
    }
  }

  /// Moves the centers against the gradient, for the rules that need no embeddings, and zeroes the gradient.
  ///
  /// - Precondition: The rule is not the moving average.
  public mutating func step(lossWeight: Scalar = 1) {
    if case .movingAverage = update { preconditionFailure("the moving average reads the step's embeddings") }
    if case .gradient(let rate) = update, lossWeight != 0 {
      matrix.add(gradient, scaledBy: -Scalar(rate) / lossWeight)
    }
    gradient.fill(with: 0)
  }

  /// Visits `matrix`.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    var state = MetricState.tensor(matrix)
    try visit("matrix", &state)
    if case .tensor(let restored) = state {
      precondition(
        restored.shape == matrix.shape, "centers of shape \(restored.shape) do not fit those of \(matrix.shape)")
      matrix = restored
    }
  }

  private mutating func average(
    _ embeddings: MatrixView<Scalar>, _ labels: Span<Int>, _ inclusion: MatrixView<Scalar>?, rate: Scalar
  ) {
    let (change, counts) = pull(embeddings, labels, inclusion)
    var moved = matrix.mutableMatrix
    for k in counts.indices where counts[k] > 0 {
      var row = moved[row: k]
      Scalar.metricKernels.add(change.matrix[row: k], scaledBy: -rate / Scalar(1 + counts[k]), to: &row)
    }
  }

  /// Σᵢ aᵢ ⊙ (cₖ − xᵢ) and the number of samples, for each class.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func pull(
    _ embeddings: MatrixView<Scalar>, _ labels: Span<Int>, _ inclusion: MatrixView<Scalar>?
  ) -> (change: Tensor<Scalar>, counts: [Int]) {
    var change = Tensor<Scalar>(zeros: matrix.shape)
    var counts = [Int](repeating: 0, count: matrix.shape[0])
    var changes = change.mutableMatrix
    let centers = matrix.matrix
    for i in 0..<embeddings.rows {
      guard Scalar.metricKernels.firstNonfinite(in: embeddings[row: i]) == nil else { continue }
      let k = labels[i]
      precondition(k >= 0 && k < counts.count, "label \(k) of sample \(i) lies outside 0..<\(counts.count)")
      counts[k] += 1
      for j in 0..<embeddings.columns {
        changes[k, j] += (inclusion?[i, j] ?? 1) * (centers[k, j] - embeddings[i, j])
      }
    }
    return (change, counts)
  }
}
