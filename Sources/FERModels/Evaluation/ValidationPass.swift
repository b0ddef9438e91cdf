internal import FERMetric

/// Judges a model on the samples of a split, in batches, on the thread that calls it.
struct ValidationPass: Sendable {
  /// Pictures of a batch; the figures do not depend on it.
  static let batchSize = 64

  let dataset: any FaceDataset
  let samples: [FaceSample]
  let transform: EvaluationTransform
  let backend: Backend

  /// The confusion of a model; nil without samples.
  func run(_ model: ExpressionModel<Float>) throws -> ConfusionMatrix? {
    guard !samples.isEmpty else { return nil }
    var confusion = ConfusionMatrix(classCount: dataset.classNames.count)
    try run(CompiledModel(model, backend: backend)) { batch, logits, _ in
      for (label, prediction) in zip(batch.labels, logits.argmax(alongAxis: 1)) {
        confusion.record(label: label, prediction: prediction)
      }
    }
    return confusion
  }

  /// Calls `body` with each batch, its logits [B, C] and its embeddings [B, D], in order.
  func run(
    _ model: CompiledModel<Float>, _ body: (PictureBatch, Tensor<Float>, Tensor<Float>) throws -> Void
  ) throws {
    let batches = stride(from: 0, to: samples.count, by: Self.batchSize).map {
      $0..<min($0 + Self.batchSize, samples.count)
    }
    let loader = BatchLoader(
      dataset: dataset, samples: samples, order: Array(samples.indices), batches: batches,
      preparation: .evaluation(transform))
    for _ in batches {
      let batch = try loader.next()
      let (logits, embeddings) = model(batch.pixels)
      try body(batch, logits, embeddings)
    }
  }
}
