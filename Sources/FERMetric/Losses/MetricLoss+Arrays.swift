extension MetricLoss {
  /// The training call over plain arrays, for trainers that know no tensors.
  ///
  ///     var loss = TripletCenterLoss<Float>.amtc3l()
  ///     var dx = [Float](repeating: 0, count: x.count), dc = [Float](repeating: 0, count: c.count)
  ///     let value = try loss(
  ///       embeddings: x, labels: y, centers: c, dimension: 512, embeddingGradients: &dx, centerGradients: &dc)
  ///
  /// - Parameters:
  ///   - embeddings: `[B·D]`, row after row.
  ///   - labels: `[B]`, of any integer type.
  ///   - centers: `[C·D]`, row after row.
  ///   - dimension: D.
  ///   - inclusion: `[B·D]` inclusion weights; `nil` for ones.
  ///   - predictions: `[B]` predicted classes, for samplers that read them.
  ///   - weight: The factor of this loss in the whole objective.
  ///   - embeddingGradients: `[B·D]`, added to.
  ///   - centerGradients: `[C·D]`, added to.
  /// - Throws: ``MetricError`` for numbers that are not finite.
  /// - Precondition: Counts fit.
  public mutating func callAsFunction<Label: FixedWidthInteger>(
    embeddings: [Scalar], labels: [Label], centers: [Scalar], dimension: Int, inclusion: [Scalar]? = nil,
    predictions: [Label]? = nil, weight: Scalar = 1, embeddingGradients: inout [Scalar],
    centerGradients: inout [Scalar]
  ) throws(MetricError) -> LossValue<Scalar> {
    var unused: [Scalar]?
    return try run(
      embeddings, labels, centers, dimension, inclusion, predictions, weight, &embeddingGradients, &centerGradients,
      &unused)
  }

  /// The training call over plain arrays with gradients of the inclusion weights, `[B·D]`, besides.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  /// - Precondition: Counts fit.
  public mutating func callAsFunction<Label: FixedWidthInteger>(
    embeddings: [Scalar], labels: [Label], centers: [Scalar], dimension: Int, inclusion: [Scalar],
    predictions: [Label]? = nil, weight: Scalar = 1, embeddingGradients: inout [Scalar],
    centerGradients: inout [Scalar], inclusionGradients: inout [Scalar]
  ) throws(MetricError) -> LossValue<Scalar> {
    var sink: [Scalar]? = []
    swap(&sink!, &inclusionGradients)
    defer { swap(&sink!, &inclusionGradients) }
    return try run(
      embeddings, labels, centers, dimension, inclusion, predictions, weight, &embeddingGradients, &centerGradients,
      &sink)
  }

  private mutating func run<Label: FixedWidthInteger>(
    _ embeddings: [Scalar], _ labels: [Label], _ centers: [Scalar], _ dimension: Int, _ inclusion: [Scalar]?,
    _ predictions: [Label]?, _ weight: Scalar, _ embeddingGradients: inout [Scalar],
    _ centerGradients: inout [Scalar], _ inclusionGradients: inout [Scalar]?
  ) throws(MetricError) -> LossValue<Scalar> {
    precondition(
      dimension > 0 && centers.count.isMultiple(of: dimension),
      "\(centers.count) numbers are no centers of dimension \(dimension)")
    let (count, classes) = (labels.count, centers.count / dimension)
    let (indices, predicted) = (labels.map { Int($0) }, (predictions ?? []).map { Int($0) })
    let weights = inclusion ?? []
    let batch = MetricBatch(
      embeddings: MatrixView(embeddings.span, rows: count, columns: dimension), labels: indices.span,
      centers: MatrixView(centers.span, rows: classes, columns: dimension),
      inclusion: inclusion == nil ? nil : MatrixView(weights.span, rows: count, columns: dimension),
      predictions: predictions == nil ? nil : predicted.span)
    let wantsInclusion = inclusionGradients != nil
    var sink = inclusionGradients.take() ?? []
    defer { inclusionGradients = wantsInclusion ? sink : nil }
    var gradients = MetricGradients(
      embeddings: MutableMatrixView(embeddingGradients.mutableSpan, rows: count, columns: dimension),
      centers: MutableMatrixView(centerGradients.mutableSpan, rows: classes, columns: dimension),
      inclusion: MutableMatrixView(sink.mutableSpan, rows: wantsInclusion ? count : 0, columns: dimension))
    if !wantsInclusion { gradients.inclusion = nil }
    return try self(batch, weight: weight, accumulatingInto: &gradients)
  }
}
