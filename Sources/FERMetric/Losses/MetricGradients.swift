/// The buffers for a loss's gradients, borrowed; a part that is `nil` is not computed.
///
/// A loss *adds* to them, and zeroing them is the owner's part; or it *writes* them, and what they held is gone.
///
///     var gradients = MetricGradients(embeddings: dx.mutableMatrix, centers: dc.mutableMatrix)
///     let value = try loss(batch, weight: 0.01, writingInto: &gradients)
///     let penalty = try another(batch, weight: 0.001, accumulatingInto: &gradients)
public struct MetricGradients<Scalar: TensorScalar>: ~Copyable, ~Escapable, Sendable {
  /// `[B, D]`
  public var embeddings: MutableMatrixView<Scalar>?
  /// `[C, D]`
  public var centers: MutableMatrixView<Scalar>?
  /// `[B, D]`
  public var inclusion: MutableMatrixView<Scalar>?
  /// `[B]`, the gradient with respect to each sample's margin, whichever generator made it; of a scheduled margin with
  /// respect to the margin before its factor, such as the one that came with the batch.
  public var margins: MutableSpan<Scalar>?
  /// `[B]`
  public var weights: MutableSpan<Scalar>?
  /// `[N, D]`
  public var references: MutableMatrixView<Scalar>?

  /// Creates the set of buffers to add into.
  @_lifetime(copy embeddings, copy centers, copy inclusion, copy margins, copy weights, copy references)
  public init(
    embeddings: consuming MutableMatrixView<Scalar>? = nil, centers: consuming MutableMatrixView<Scalar>? = nil,
    inclusion: consuming MutableMatrixView<Scalar>? = nil, margins: consuming MutableSpan<Scalar>? = nil,
    weights: consuming MutableSpan<Scalar>? = nil, references: consuming MutableMatrixView<Scalar>? = nil
  ) {
    self.embeddings = embeddings
    self.centers = centers
    self.inclusion = inclusion
    self.margins = margins
    self.weights = weights
    self.references = references
  }

  /// Creates an empty set: nothing is computed.
  @_lifetime(immortal)
  public init() {
    embeddings = nil
    centers = nil
    inclusion = nil
    margins = nil
    weights = nil
    references = nil
  }

  /// Fills all buffers with zeros.
  public mutating func clear() {
    embeddings?.elements.clear()
    centers?.elements.clear()
    inclusion?.elements.clear()
    clearFigures()
  }

  /// Fills all with zeros but the gradients of embeddings and centers.
  mutating func clearBesidesRows() {
    inclusion?.elements.clear()
    clearFigures()
  }

  /// Fills all with zeros but the gradient of embeddings.
  mutating func clearBesidesEmbeddings() {
    clearBesidesPairs()
    references?.elements.clear()
  }

  /// Fills all with zeros but the gradients of embeddings and references.
  mutating func clearBesidesPairs() {
    centers?.elements.clear()
    inclusion?.elements.clear()
    margins?.clear()
    weights?.clear()
  }

  /// Fills all with zeros but the gradients of embeddings, centers and inclusion weights.
  mutating func clearFigures() {
    margins?.clear()
    weights?.clear()
    references?.elements.clear()
  }

  /// Stops where a buffer does not fit the batch.
  mutating func checkSizes(for batch: MetricBatch<Scalar>) {
    let (count, dimension) = (batch.count, batch.dimension)
    if let rows = embeddings?.rows, let columns = embeddings?.columns {
      precondition(
        rows == count && columns == dimension,
        "the embeddings' gradient \(rows)×\(columns) does not fit embeddings \(count)×\(dimension)")
    }
    if let rows = inclusion?.rows, let columns = inclusion?.columns {
      precondition(
        rows == count && columns == dimension,
        "the inclusion weights' gradient \(rows)×\(columns) does not fit embeddings \(count)×\(dimension)")
    }
    if let rows = centers?.rows, let columns = centers?.columns {
      let (classes, width) = (batch.centers?.rows ?? 0, batch.centers?.columns ?? 0)
      precondition(
        rows == classes && columns == width,
        "the centers' gradient \(rows)×\(columns) does not fit centers \(classes)×\(width)")
    }
    if let places = margins?.count {
      precondition(places == count, "the margins' gradient of \(places) does not fit \(count) samples")
    }
    if let places = weights?.count {
      precondition(places == count, "the sample weights' gradient of \(places) does not fit \(count) samples")
    }
    if let rows = references?.rows, let columns = references?.columns {
      let (known, width) = (batch.references?.rows ?? 0, batch.references?.columns ?? 0)
      precondition(
        rows == known && columns == width,
        "the references' gradient \(rows)×\(columns) does not fit references \(known)×\(width)")
    }
  }
}

extension MutableSpan where Element: TensorScalar {
  /// Fills the span with zeros.
  fileprivate mutating func clear() { Element.metricKernels.fill(&self, with: 0) }
}
