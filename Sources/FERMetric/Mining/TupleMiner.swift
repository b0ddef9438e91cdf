/// Chooses the pairs or triplets that a loss learns from.
///
/// A miner is part of a loss, or is asked by itself:
///
///     let loss = ContrastiveLoss<Float>(miner: .pairMargin())
///     let tuples = MultiSimilarityMiner<Float>().mine(batch)
///
/// The choice is a constant for the gradient. A row that is among the columns itself is neither its positive nor its
/// negative.
public protocol TupleMiner<Scalar>: Sendable {
  /// The number type.
  associatedtype Scalar: TensorScalar

  /// What is measured between embeddings.
  var distance: PairwiseDistance<Scalar> { get }

  /// The tuples of a matrix.
  ///
  /// - Parameters:
  ///   - distances: `[B, N]` by ``distance``.
  ///   - relations: The labels of rows and columns.
  func mine(_ distances: MatrixView<Scalar>, _ relations: PairRelations<Scalar>) -> IndexTuples
}

extension TupleMiner {
  /// The tuples of a batch: among its samples, or from samples to references if there are any.
  ///
  /// Samples that take no part, and rows that are not finite, are in no tuple.
  ///
  /// - Complexity: O(B·N·D) and what the miner needs.
  public func mine(_ batch: MetricBatch<Scalar>) -> IndexTuples {
    let (labels, otherLabels) = (batch.labelArray, batch.referenceLabelArray)
    guard let kept = PairSelection(lenient: batch) else {
      let relations = otherLabels.map { PairRelations<Scalar>(labels: labels, otherLabels: $0) }
      return mine(batch.embeddings, batch.references, relations ?? PairRelations(labels: labels))
    }
    let x = batch.embeddings.picking(kept.samples)
    let relations = kept.relations(labels: labels, otherLabels: otherLabels, own: nil)
    let rows = kept.samples.map(Optional.some)
    guard let y = kept.keptReferences(of: batch) else {
      return mine(x.matrix, nil, relations).moved(rows: rows, others: rows)
    }
    return mine(x.matrix, y.matrix, relations).moved(rows: rows, others: kept.references.map(Optional.some))
  }

  private func mine(
    _ x: MatrixView<Scalar>, _ references: MatrixView<Scalar>?, _ relations: PairRelations<Scalar>
  ) -> IndexTuples {
    if let references { mine(distance(x, references).matrix, relations) } else { mine(distance(x).matrix, relations) }
  }

  /// The tuples of a batch that owns its parts.
  public func mine(_ batch: TensorBatch<Scalar>) -> IndexTuples { batch.withViews { mine($0) } }
}
