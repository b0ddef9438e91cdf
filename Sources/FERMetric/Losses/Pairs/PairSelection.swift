/// The samples and references of a batch that take part, where not all do.
struct PairSelection<Scalar: TensorScalar> {
  /// Indices of the samples kept.
  let samples: [Int]
  /// Indices of the references kept.
  let references: [Int]
  private let sampleCount, referenceCount: Int
  private let hasReferences: Bool

  /// Looks for samples that take no part, and for NaN and infinity in those that do and in references.
  ///
  /// - Returns: `nil` if all take part.
  /// - Throws: ``MetricError`` under the strict policy.
  init?(_ batch: MetricBatch<Scalar>, _ policy: NonFinitePolicy) throws(MetricError) {
    sampleCount = batch.count
    referenceCount = batch.references?.rows ?? 0
    hasReferences = batch.references != nil
    let included = (0..<batch.count).filter { batch.takesPart($0) }
    samples = try Self.finite(batch.embeddings, .embeddings, included, policy)
    references =
      if let known = batch.references { try Self.finite(known, .references, Array(0..<known.rows), policy) } else { [] }
    if samples.count == sampleCount && references.count == referenceCount { return nil }
  }

  /// The same, leaving out rows that are not finite.
  init?(lenient batch: MetricBatch<Scalar>) {
    do {
      try self.init(batch, .lenient)
    } catch {
      return nil  // the lenient policy throws nothing
    }
  }

  private static func finite(
    _ matrix: MatrixView<Scalar>, _ role: MetricRole, _ rows: [Int], _ policy: NonFinitePolicy
  ) throws(MetricError) -> [Int] {
    let kernels = Scalar.metricKernels
    guard kernels.firstNonfinite(in: matrix.elements) != nil else { return rows }
    var kept: [Int] = []
    for row in rows {
      guard let column = kernels.firstNonfinite(in: matrix[row: row]) else {
        kept.append(row)
        continue
      }
      guard policy == .lenient else { throw .nonFinite(role, row: row, column: column) }
    }
    return kept
  }

  /// The references kept, if there are references.
  func keptReferences(of batch: MetricBatch<Scalar>) -> Tensor<Scalar>? {
    guard let all = batch.references else { return nil }
    return all.picking(references)
  }

  /// Adds rows to the places that they came from.
  func spread(_ gradient: Tensor<Scalar>?, _ indices: [Int], into sink: inout MutableMatrixView<Scalar>?) {
    guard let gradient else { return }
    let rows = gradient.matrix
    for (place, index) in indices.enumerated() {
      guard var row = sink?[row: index] else { return }
      Scalar.metricKernels.add(rows[row: place], scaledBy: 1, to: &row)
    }
  }

  /// The relations of what is kept.
  func relations(labels: [Int], otherLabels: [Int]?, own: [Int]?) -> PairRelations<Scalar> {
    let kept = samples.map { labels[$0] }
    guard let otherLabels else { return PairRelations(labels: kept) }
    let places = self.places(of: references, count: referenceCount)
    return PairRelations(
      labels: kept, otherLabels: references.map { otherLabels[$0] },
      own: own.map { own in samples.map { own[$0] < 0 ? -1 : places[own[$0]] ?? -1 } })
  }

  /// The tuples of what is kept, by the new places.
  func moved(_ tuples: IndexTuples) -> IndexTuples {
    tuples.check(rows: sampleCount, columns: hasReferences ? referenceCount : sampleCount)
    let rows = places(of: samples, count: sampleCount)
    return tuples.moved(rows: rows, others: hasReferences ? places(of: references, count: referenceCount) : rows)
  }

  private func places(of indices: [Int], count: Int) -> [Int?] {
    var places = [Int?](repeating: nil, count: count)
    for (place, index) in indices.enumerated() { places[index] = place }
    return places
  }
}
