/// The samples of a batch that take part, as rows of their own.
///
/// A batch with samples left out so gives the same numbers, to the bit, as the batch without them.
struct AttentiveSamples<Scalar: TensorScalar> {
  /// Their places in the batch.
  let places: [Int]
  /// f, `[N, D]`.
  let embeddings: Tensor<Scalar>
  let labels: [Int]
  /// α, or `nil` if the batch has no weights.
  let weights: [Scalar]?
  /// e = f/‖f‖, `[N, D]`; zero where f is.
  let normalized: Tensor<Scalar>
  /// ‖f‖
  let norms: [Scalar]

  /// Collects the samples.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite, under the strict policy.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(_ batch: MetricBatch<Scalar>, _ policy: NonFinitePolicy) throws(MetricError) {
    let mask = try batch.finiteSamples(policy)
    let places = (0..<batch.count).filter { mask?[$0] ?? batch.takesPart($0) }
    let embeddings = Self.rows(Tensor(batch.embeddings), places)
    labels = places.map { batch.labels[$0] }
    if let all = batch.weights { weights = places.map { all[$0] } } else { weights = nil }
    norms = Self.norms(embeddings)
    normalized = Self.normalized(embeddings, norms)
    self.places = places
    self.embeddings = embeddings
  }

  var count: Int { places.count }

  /// Some of the samples' rows of `[N, D]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func rows(_ tensor: Tensor<Scalar>, _ indices: [Int]) -> Tensor<Scalar> {
    guard indices.count < tensor.shape[0] else { return tensor }
    var result = Tensor<Scalar>(zeros: [indices.count, tensor.shape[1]])
    var rows = result.mutableMatrix
    for (i, index) in indices.enumerated() {
      var row = rows[row: i]
      Scalar.metricKernels.add(tensor.matrix[row: index], scaledBy: 1, to: &row)
    }
    return result
  }

  /// Adds the gradient by e as one by f: (g − e⟨e, g⟩)/‖f‖, nothing where f is zero.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func addNormalized(_ gradient: Tensor<Scalar>, to target: inout Tensor<Scalar>) {
    var rows = target.mutableMatrix
    for i in 0..<count where norms[i] > 0 {
      let (g, e) = (gradient.matrix[row: i], normalized.matrix[row: i])
      let product = Scalar(Scalar.metricKernels.product(g, e))
      let inverse = 1 / norms[i]
      var row = rows[row: i]
      Scalar.metricKernels.add(g, scaledBy: inverse, to: &row)
      Scalar.metricKernels.add(e, scaledBy: -product * inverse, to: &row)
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func norms(_ embeddings: Tensor<Scalar>) -> [Scalar] {
    (0..<embeddings.shape[0]).map { i in
      let row = embeddings.matrix[row: i]
      let square = Scalar.metricKernels.product(row, row)
      if square.isNormal { return Scalar(square.squareRoot()) }
      // Scaled by the largest coordinate, so that no square leaves the range of numbers.
      var largest: Scalar = 0
      for j in 0..<row.count { largest = max(largest, row[j].magnitude) }
      guard largest > 0 else { return 0 }
      var sum: Scalar = 0
      for j in 0..<row.count { sum += (row[j] / largest) * (row[j] / largest) }
      return largest * sum.squareRoot()
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func normalized(_ embeddings: Tensor<Scalar>, _ norms: [Scalar]) -> Tensor<Scalar> {
    var result = Tensor<Scalar>(zeros: embeddings.shape)
    var rows = result.mutableMatrix
    for i in norms.indices where norms[i] > 0 {
      var row = rows[row: i]
      Scalar.metricKernels.add(embeddings.matrix[row: i], scaledBy: 1 / norms[i], to: &row)
    }
    return result
  }
}
