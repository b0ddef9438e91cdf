/// What a loss does with a sample whose numbers are not finite.
public enum NonFinitePolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// Throws ``MetricError/nonFinite(_:row:column:)``; nothing has been accumulated.
  case strict
  /// Leaves the sample out: the result equals, to the bit, that of the same batch without it.
  case lenient
}

extension MetricBatch {
  /// Whether all is finite but embeddings and inclusion weights, which are looked at elsewhere.
  var hasFiniteFigures: Bool {
    let kernels = Scalar.metricKernels
    if let centers, kernels.firstNonfinite(in: centers.elements) != nil { return false }
    if let margins, kernels.firstNonfinite(in: margins) != nil { return false }
    if let weights, kernels.firstNonfinite(in: weights) != nil { return false }
    return true
  }

  /// Looks for NaN and infinity in embeddings, inclusion weights, margins and sample weights of the samples that take
  /// part, and in the centers.
  ///
  /// - Returns: Which samples take part, or `nil` if that is as the batch says.
  /// - Throws: ``MetricError`` under the strict policy, and for centers under either.
  /// - Complexity: O(B·D + C·D).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func finiteSamples(_ policy: NonFinitePolicy) throws(MetricError) -> [Bool]? {
    if let centers, let place = Scalar.metricKernels.firstNonfinite(in: centers.elements) {
      throw .nonFinite(.centers, row: place / centers.columns, column: place % centers.columns)
    }
    var mask: [Bool]?
    try Self.exclude(embeddings, .embeddings, self, policy, &mask)
    if let inclusion { try Self.exclude(inclusion, .inclusion, self, policy, &mask) }
    if let margins {
      try Self.exclude(MatrixView(margins, rows: margins.count, columns: 1), .margins, self, policy, &mask)
    }
    if let weights {
      try Self.exclude(MatrixView(weights, rows: weights.count, columns: 1), .weights, self, policy, &mask)
    }
    return mask
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func exclude(
    _ matrix: MatrixView<Scalar>, _ role: MetricRole, _ batch: MetricBatch, _ policy: NonFinitePolicy,
    _ mask: inout [Bool]?
  ) throws(MetricError) {
    let kernels = Scalar.metricKernels
    guard kernels.firstNonfinite(in: matrix.elements) != nil else { return }
    for i in 0..<matrix.rows where batch.takesPart(i) {
      guard let column = kernels.firstNonfinite(in: matrix[row: i]) else { continue }
      guard policy == .lenient else { throw .nonFinite(role, row: i, column: column) }
      var marks = mask ?? (0..<batch.count).map { batch.takesPart($0) }
      marks[i] = false
      mask = marks
    }
  }
}
