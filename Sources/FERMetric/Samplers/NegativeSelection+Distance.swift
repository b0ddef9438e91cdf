extension NegativeSelection {
  /// Gives each sample one class by the distance of its center.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func chooseByDistance<Scalar: TensorScalar>(
    _ batch: MetricBatch<Scalar>, space: SelectionSpace = .raw, weighted: Bool = false, farthest: Bool = false,
    among allowed: (Int) -> Bool = { _ in true }
  ) {
    reset(.perSample, samples: batch.count, dimension: batch.dimension)
    var distances = Tensor<Scalar>(uninitialized: [batch.requiredCenters.rows])
    batch.withCoordinates(in: space) { embeddings, centers in
      for i in 0..<batch.count {
        guard batch.canHaveNegative(i),
          let choice = batch.candidate(
            of: i, embeddings, centers, weighted: weighted, distances: &distances, farthest: farthest, among: allowed)
        else {
          invalidate(i)
          continue
        }
        choose(choice, forSample: i)
      }
    }
  }
}
