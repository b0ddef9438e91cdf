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
  /// ‖f‖, `[N]`.
  let norms: Tensor<Scalar>

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
    (normalized, norms) = Self.normalized(embeddings)
    self.places = places
    self.embeddings = embeddings
  }

  var count: Int { places.count }

  /// Some of the samples' rows of `[N, D]`.
  static func rows(_ tensor: Tensor<Scalar>, _ indices: [Int]) -> Tensor<Scalar> {
    indices.count < tensor.shape[0] ? tensor.matrix.picking(indices) : tensor
  }

  /// Adds a gradient by rows of chosen samples to that of the batch.
  ///
  /// - Parameters:
  ///   - gradient: `[chosen, D]`.
  ///   - target: By all embeddings of the batch.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func add(_ gradient: Tensor<Scalar>, _ chosen: [Int], to target: inout MutableMatrixView<Scalar>) {
    for (i, index) in chosen.enumerated() {
      var row = target[row: places[index]]
      Scalar.metricKernels.add(gradient.matrix[row: i], scaledBy: 1, to: &row)
    }
  }

  /// Adds a gradient by e of chosen samples as one by f: (g − e⟨e, g⟩)/‖f‖, nothing where f is zero; writes it, where
  /// all samples of a batch are chosen and it is asked to.
  func put(
    byNormalized gradient: Tensor<Scalar>, _ chosen: [Int], writes: Bool, into target: inout MutableMatrixView<Scalar>
  ) {
    let kernels = Scalar.pairKernels
    if chosen.count == target.rows {
      kernels.accumulateNormalization(normalized, norms: norms, p: 2, gradient: gradient, writes: writes, into: &target)
      return
    }
    let lengths = norms.span
    let own = Tensor(chosen.map { lengths[$0] }, shape: [chosen.count])
    target.change(rows: chosen.map { places[$0] }) { rows in
      kernels.accumulateNormalization(
        Self.rows(normalized, chosen), norms: own, p: 2, gradient: gradient, into: &rows)
    }
  }

  private static func normalized(_ embeddings: Tensor<Scalar>) -> (units: Tensor<Scalar>, norms: Tensor<Scalar>) {
    var (units, norms) = Scalar.pairKernels.normalizedRows(embeddings.matrix, p: 2)
    normalizeExtremes(embeddings, &units, &norms)
    return (units, norms)
  }

  /// Rows that are so short or long that their squares leave the range of numbers are divided by their largest
  /// coordinates first.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func normalizeExtremes(
    _ embeddings: Tensor<Scalar>, _ units: inout Tensor<Scalar>, _ norms: inout Tensor<Scalar>
  ) {
    var lengths = norms.mutableSpan
    var rows = units.mutableMatrix
    for i in lengths.indices where !(lengths[i] > 0 && lengths[i] < .infinity) {
      let source = embeddings.matrix[row: i]
      var row = rows[row: i]
      var largest: Scalar = 0
      for j in source.indices { largest = max(largest, source[j].magnitude) }
      var sum: Scalar = 0
      for j in source.indices where largest > 0 { sum += (source[j] / largest) * (source[j] / largest) }
      let root = sum.squareRoot()
      lengths[i] = largest * root
      for j in source.indices { row[j] = largest > 0 ? source[j] / largest / root : 0 }
    }
  }
}
