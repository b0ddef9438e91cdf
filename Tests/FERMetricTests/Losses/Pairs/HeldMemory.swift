import FERMetric

/// What a memory compares a batch with, held as the call on one batch leaves it: the wrapped loss with the ring as
/// references, which do not move when the batch does.
struct HeldMemory {
  private let loss: any PairwiseLoss<Double>
  private let references: Tensor<Double>
  private let labels: [Int]
  /// All pairs but those of a sample with its own copy.
  private let tuples: IndexTuples

  /// - Precondition: The batch fits behind what the ring holds.
  init(_ memory: CrossBatchMemory<Double>, at batch: TensorBatch<Double>) throws {
    let first = memory.count
    precondition(first + batch.labels.count <= memory.capacity, "the batch has to fit behind what the ring holds")
    var called = memory
    _ = try called(batch)
    let (embeddings, known) = called.contents
    var (positives, negatives) = ([IndexPair](), [IndexPair]())
    for (i, label) in batch.labels.enumerated() {
      for (j, other) in known.enumerated() where j != first + i {
        if label == other { positives.append(IndexPair(i, j)) } else { negatives.append(IndexPair(i, j)) }
      }
    }
    (loss, references, labels) = (memory.loss, embeddings, known)
    tuples = .pairs(positives: positives, negatives: negatives)
  }

  func value(for batch: TensorBatch<Double>) throws -> Double {
    var compared = batch
    (compared.references, compared.referenceLabels) = (references, labels)
    return try compared.withViews { views in try loss.value(for: views, tuples: tuples).value }
  }
}
