/// Everything that a loss, a sampler or a margin generator reads: one batch, borrowed.
///
/// B is the number of samples, D the embedding dimension, C the number of classes. Only `embeddings` and `labels` are
/// always needed; what else is read depends on the loss.
///
///     let batch = MetricBatch(
///       embeddings: x.matrix, labels: labels.span, centers: centers.matrix.matrix, predictions: predictions.span)
///
/// - Precondition: Every part has the size that its description names.
public struct MetricBatch<Scalar: TensorScalar>: ~Escapable, Sendable {
  /// `[B, D]`, before any squashing.
  public let embeddings: MatrixView<Scalar>
  /// `[B]`, each in `0..<C`.
  public let labels: Span<Int>
  /// `[C, D]` in the space of the embeddings; losses of the center family need them.
  public let centers: MatrixView<Scalar>?
  /// `[B, D]` inclusion weights in 0…1; `nil` means that all are 1.
  public let inclusion: MatrixView<Scalar>?
  /// `[B]` predicted classes, for samplers that look at predictions. A value outside `0..<C`, such as −1 for logits
  /// that are not numbers, is no prediction: the sample is treated as if it had been classified correctly.
  public let predictions: Span<Int>?
  /// `[B]` margins; read by ``PerSampleMargin`` only.
  public let margins: Span<Scalar>?
  /// `[B]` identities, for losses that know persons.
  public let identities: Span<Int>?
  /// `[C]`: classes that may be chosen as negatives; `nil` means all.
  public let eligible: Span<Bool>?
  /// `[B]`: samples that take part; `nil` means all. A sample that takes no part contributes nothing, gets no
  /// gradient and leaves the denominators.
  public let included: Span<Bool>?

  /// `[B]` attention weights of whole samples, for losses that weight or choose samples by them.
  public let weights: Span<Scalar>?
  /// `[N, D]`: what the embeddings are compared with instead of each other, such as a memory or a teacher's embeddings.
  public let references: MatrixView<Scalar>?
  /// `[N]`: the labels of the references.
  public let referenceLabels: Span<Int>?

  /// Creates a batch from its parts.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  @_lifetime(
    copy embeddings, copy labels, copy centers, copy inclusion, copy predictions, copy margins, copy identities,
    copy eligible, copy included, copy weights, copy references, copy referenceLabels)
  public init(
    embeddings: MatrixView<Scalar>, labels: Span<Int>, centers: MatrixView<Scalar>? = nil,
    inclusion: MatrixView<Scalar>? = nil, predictions: Span<Int>? = nil, margins: Span<Scalar>? = nil,
    identities: Span<Int>? = nil, eligible: Span<Bool>? = nil, included: Span<Bool>? = nil,
    weights: Span<Scalar>? = nil, references: MatrixView<Scalar>? = nil, referenceLabels: Span<Int>? = nil
  ) {
    let (count, dimension) = (embeddings.rows, embeddings.columns)
    precondition(labels.count == count, "\(labels.count) labels do not fit \(count) embeddings")
    if let centers {
      precondition(
        centers.columns == dimension,
        "centers of dimension \(centers.columns) do not fit embeddings of dimension \(dimension)")
      if let eligible {
        precondition(
          eligible.count == centers.rows, "\(eligible.count) marks of eligibility do not fit \(centers.rows) centers")
      }
    }
    if let inclusion {
      precondition(
        inclusion.rows == count && inclusion.columns == dimension,
        "inclusion weights \(inclusion.rows)×\(inclusion.columns) do not fit embeddings \(count)×\(dimension)")
    }
    precondition(
      (predictions?.count ?? count) == count, "\(predictions?.count ?? 0) predictions do not fit \(count) embeddings")
    precondition((margins?.count ?? count) == count, "\(margins?.count ?? 0) margins do not fit \(count) embeddings")
    precondition(
      (identities?.count ?? count) == count, "\(identities?.count ?? 0) identities do not fit \(count) embeddings")
    precondition(
      (included?.count ?? count) == count, "\(included?.count ?? 0) marks of inclusion do not fit \(count) embeddings")
    precondition(
      (weights?.count ?? count) == count, "\(weights?.count ?? 0) sample weights do not fit \(count) embeddings")
    if let references {
      precondition(
        references.columns == dimension,
        "references of dimension \(references.columns) do not fit embeddings of dimension \(dimension)")
    }
    precondition(
      (referenceLabels?.count ?? 0) == (references?.rows ?? 0),
      "\(referenceLabels?.count ?? 0) labels do not fit \(references?.rows ?? 0) references")
    self.embeddings = embeddings
    self.labels = labels
    self.centers = centers
    self.inclusion = inclusion
    self.predictions = predictions
    self.margins = margins
    self.identities = identities
    self.eligible = eligible
    self.included = included
    self.weights = weights
    self.references = references
    self.referenceLabels = referenceLabels
  }

  /// The number of samples, B.
  public var count: Int { embeddings.rows }

  /// The embedding dimension, D.
  public var dimension: Int { embeddings.columns }

  /// The same batch with other marks of which samples take part.
  @_lifetime(copy self, copy included)
  public func including(_ included: Span<Bool>) -> MetricBatch {
    MetricBatch(
      embeddings: embeddings, labels: labels, centers: centers, inclusion: inclusion, predictions: predictions,
      margins: margins, identities: identities, eligible: eligible, included: included, weights: weights,
      references: references, referenceLabels: referenceLabels)
  }

  /// The same batch with other inclusion weights.
  @_lifetime(copy self, copy inclusion)
  public func weighted(by inclusion: MatrixView<Scalar>) -> MetricBatch {
    MetricBatch(
      embeddings: embeddings, labels: labels, centers: centers, inclusion: inclusion, predictions: predictions,
      margins: margins, identities: identities, eligible: eligible, included: included, weights: weights,
      references: references, referenceLabels: referenceLabels)
  }
}
