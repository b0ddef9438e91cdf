/// The gradients of a metric loss as tensors; a part that is `nil` is not computed.
public struct TensorGradients<Scalar: TensorScalar>: Sendable {
  /// `[B, D]`
  public var embeddings: Tensor<Scalar>?
  /// `[C, D]`
  public var centers: Tensor<Scalar>?
  /// `[B, D]`
  public var inclusion: Tensor<Scalar>?
  /// `[B]`
  public var margins: Tensor<Scalar>?
  /// `[B]`
  public var weights: Tensor<Scalar>?
  /// `[N, D]`
  public var references: Tensor<Scalar>?

  /// Creates a set of gradients to add into.
  public init(
    embeddings: Tensor<Scalar>? = nil, centers: Tensor<Scalar>? = nil, inclusion: Tensor<Scalar>? = nil,
    margins: Tensor<Scalar>? = nil, weights: Tensor<Scalar>? = nil, references: Tensor<Scalar>? = nil
  ) {
    self.embeddings = embeddings
    self.centers = centers
    self.inclusion = inclusion
    self.margins = margins
    self.weights = weights
    self.references = references
  }

  /// Creates zeros for everything that the batch contains, and for its margins.
  public init(zerosFor batch: TensorBatch<Scalar>) {
    embeddings = Tensor(zeros: batch.embeddings.shape)
    centers = batch.centers.map { Tensor(zeros: $0.shape) }
    inclusion = batch.inclusion.map { Tensor(zeros: $0.shape) }
    margins = Tensor(zeros: [batch.labels.count])
    weights = batch.weights.map { Tensor(zeros: [$0.count]) }
    references = batch.references.map { Tensor(zeros: $0.shape) }
  }

  // The same shapes with arbitrary contents, for calls that write them.
  fileprivate init(uninitializedFor batch: TensorBatch<Scalar>) {
    embeddings = Tensor(uninitialized: batch.embeddings.shape)
    centers = batch.centers.map { Tensor(uninitialized: $0.shape) }
    inclusion = batch.inclusion.map { Tensor(uninitialized: $0.shape) }
    margins = Tensor(uninitialized: [batch.labels.count])
    weights = batch.weights.map { Tensor(uninitialized: [$0.count]) }
    references = batch.references.map { Tensor(uninitialized: $0.shape) }
  }

  /// Lends the gradients as views.
  public mutating func withViews<Result, Failure: Error>(
    _ body: (inout MetricGradients<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let has = (embeddings != nil, centers != nil, inclusion != nil, margins != nil)
    let (hasWeights, hasReferences) = (weights != nil, references != nil)
    // Each tensor moves to a variable of its own, so that all can be lent at once without a copy.
    var ofEmbeddings = embeddings.take() ?? Tensor(zeros: [0, 0])
    var ofCenters = centers.take() ?? Tensor(zeros: [0, 0])
    var ofInclusion = inclusion.take() ?? Tensor(zeros: [0, 0])
    var ofMargins = margins.take() ?? Tensor(zeros: [0])
    var ofWeights = weights.take() ?? Tensor(zeros: [0])
    var ofReferences = references.take() ?? Tensor(zeros: [0, 0])
    defer {
      embeddings = has.0 ? ofEmbeddings : nil
      centers = has.1 ? ofCenters : nil
      inclusion = has.2 ? ofInclusion : nil
      margins = has.3 ? ofMargins : nil
      weights = hasWeights ? ofWeights : nil
      references = hasReferences ? ofReferences : nil
    }
    var views = MetricGradients(
      embeddings: ofEmbeddings.mutableMatrix, centers: ofCenters.mutableMatrix, inclusion: ofInclusion.mutableMatrix,
      margins: ofMargins.mutableSpan, weights: ofWeights.mutableSpan, references: ofReferences.mutableMatrix)
    if !has.0 { views.embeddings = nil }
    if !has.1 { views.centers = nil }
    if !has.2 { views.inclusion = nil }
    if !has.3 { views.margins = nil }
    if !hasWeights { views.weights = nil }
    if !hasReferences { views.references = nil }
    return try body(&views)
  }
}

extension MetricLoss {
  /// The training call over tensors: the value, and `weight` × gradient for everything that the batch contains.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public mutating func callAsFunction(
    _ batch: TensorBatch<Scalar>, weight: Scalar = 1
  ) throws(MetricError) -> (value: LossValue<Scalar>, gradients: TensorGradients<Scalar>) {
    var gradients = TensorGradients(uninitializedFor: batch)
    let value = try batch.withViews { (views) throws(MetricError) in
      try gradients.withViews { (sinks) throws(MetricError) in
        try self(views, weight: weight, writingInto: &sinks)
      }
    }
    return (value, gradients)
  }

  /// The training call over tensors, adding into tensors of the caller.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added.
  public mutating func callAsFunction(
    _ batch: TensorBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout TensorGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    try batch.withViews { (views) throws(MetricError) in
      try gradients.withViews { (sinks) throws(MetricError) in
        try self(views, weight: weight, accumulatingInto: &sinks)
      }
    }
  }

  /// The value over tensors; changes nothing.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(for batch: TensorBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    try batch.withViews { (views) throws(MetricError) in try value(for: views) }
  }
}
