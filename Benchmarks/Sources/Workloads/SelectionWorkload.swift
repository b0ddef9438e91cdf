import FERMetric

/// What a sampler does in a training step: it chooses the negatives of one batch.
public struct SelectionWorkload {
  private let batches: LossBatches
  private let sampler: any NegativeSampler<Float>
  private var selection = NegativeSelection()
  private var position = 0

  /// Starts at the first batch.
  public init(_ batches: LossBatches, sampler: any NegativeSampler<Float>) {
    self.batches = batches
    self.sampler = sampler
  }

  /// Chooses for the next batch in rotation, and returns the negative of its first sample, or nil if it has none or many.
  @discardableResult
  public mutating func step() -> Int? {
    let index = position
    position = (position + 1) % batches.shape.rotation
    Self.select(sampler, batches, index, &selection)
    return selection.valid[0] && selection.form == .perSample ? selection.negativeClass(ofSample: 0) : nil
  }

  /// The classes chosen for each coordinate of the batch that ran last, row by row.
  public var choices: [Int] {
    (0..<selection.sampleCount).flatMap { sample in
      (0..<selection.dimension).map { selection.negativeClass(ofSample: sample, coordinate: $0) }
    }
  }

  private static func select(
    _ sampler: any NegativeSampler<Float>, _ batches: LossBatches, _ index: Int, _ selection: inout NegativeSelection
  ) {
    let (x, y, c) = (batches.embeddings[index], batches.labels[index], batches.centers)
    let (a, predictions) = (batches.inclusion[index], batches.predictions[index])
    sampler.select(
      for: MetricBatch(
        embeddings: x.matrix, labels: y.span, centers: c.matrix, inclusion: a.matrix, predictions: predictions.span),
      into: &selection)
  }
}
