/// A batch that owns its parts, for callers who hold tensors and arrays.
///
///     let batch = TensorBatch(embeddings: x, labels: labels, centers: centers.matrix, predictions: predictions)
///     let (value, gradients) = try loss(batch, weight: 0.01)
///
/// - SeeAlso: ``MetricBatch`` for what the parts mean.
public struct TensorBatch<Scalar: TensorScalar>: Sendable {
  /// `[B, D]`
  public var embeddings: Tensor<Scalar>
  /// `[B]`
  public var labels: [Int]
  /// `[C, D]`
  public var centers: Tensor<Scalar>?
  /// `[B, D]`
  public var inclusion: Tensor<Scalar>?
  /// `[B]`
  public var predictions: [Int]?
  /// `[B]`
  public var margins: [Scalar]?
  /// `[B]`
  public var identities: [Int]?
  /// `[C]`
  public var eligible: [Bool]?
  /// `[B]`
  public var included: [Bool]?
  /// `[B]`
  public var weights: [Scalar]?
  /// `[N, D]`
  public var references: Tensor<Scalar>?
  /// `[N]`
  public var referenceLabels: [Int]?

  /// Creates a batch; labels may be of any integer type.
  public init(
    embeddings: Tensor<Scalar>, labels: [some FixedWidthInteger], centers: Tensor<Scalar>? = nil,
    inclusion: Tensor<Scalar>? = nil, predictions: [Int]? = nil, margins: [Scalar]? = nil, identities: [Int]? = nil,
    eligible: [Bool]? = nil, included: [Bool]? = nil, weights: [Scalar]? = nil, references: Tensor<Scalar>? = nil,
    referenceLabels: [Int]? = nil
  ) {
    self.embeddings = embeddings
    self.labels = labels.map { Int($0) }
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

  /// Lends the batch as views.
  public func withViews<Result, Failure: Error>(
    _ body: (MetricBatch<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let none = Tensor<Scalar>(zeros: [0, 0])
    let (centers, inclusion, references) = (centers ?? none, inclusion ?? none, references ?? none)
    let (predictions, margins, identities) = (predictions ?? [], margins ?? [], identities ?? [])
    let (eligible, included, weights) = (eligible ?? [], included ?? [], weights ?? [])
    let referenceLabels = referenceLabels ?? []
    return try body(
      MetricBatch(
        embeddings: embeddings.matrix, labels: labels.span, centers: self.centers == nil ? nil : centers.matrix,
        inclusion: self.inclusion == nil ? nil : inclusion.matrix,
        predictions: self.predictions == nil ? nil : predictions.span,
        margins: self.margins == nil ? nil : margins.span, identities: self.identities == nil ? nil : identities.span,
        eligible: self.eligible == nil ? nil : eligible.span, included: self.included == nil ? nil : included.span,
        weights: self.weights == nil ? nil : weights.span,
        references: self.references == nil ? nil : references.matrix,
        referenceLabels: self.referenceLabels == nil ? nil : referenceLabels.span))
  }
}
