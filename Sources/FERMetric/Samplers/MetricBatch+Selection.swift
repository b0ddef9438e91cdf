extension MetricBatch {
  /// Lends embeddings and centers in the given space.
  func withCoordinates(
    in space: SelectionSpace, _ body: (_ embeddings: MatrixView<Scalar>, _ centers: MatrixView<Scalar>) -> Void
  ) {
    switch space {
    case .raw:
      body(embeddings, requiredCenters)
    case .squashed:
      let (squashedEmbeddings, squashedCenters) = (embeddings.squashed(), requiredCenters.squashed())
      body(squashedEmbeddings.matrix, squashedCenters.matrix)
    }
  }

  /// The candidate whose center is nearest to one sample, or farthest from it, among the classes allowed; ties go to the
  /// lowest class. `distances` is scratch, one place for each class.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func candidate(
    of sample: Int, _ embeddings: MatrixView<Scalar>, _ centers: MatrixView<Scalar>, weighted: Bool = false,
    distances: inout Tensor<Scalar>, farthest: Bool = false, among allowed: (Int) -> Bool = { _ in true }
  ) -> Int? {
    var span = distances.mutableSpan
    if weighted, let inclusion {
      Scalar.metricKernels.centerDistances(
        of: embeddings[row: sample], centers: centers, weights: inclusion[row: sample], into: &span)
    } else {
      Scalar.metricKernels.centerDistances(
        of: embeddings[row: sample], centers: centers, weights: nil, into: &span)
    }
    var best: Int?
    for k in 0..<centers.rows where isCandidate(k, against: labels[sample]) && allowed(k) {
      guard let leader = best else {
        best = k
        continue
      }
      if farthest ? span[k] > span[leader] : span[k] < span[leader] { best = k }
    }
    return best
  }
}

extension MatrixView {
  /// σ of every element.
  func squashed() -> Tensor<Scalar> {
    var result = Tensor<Scalar>(uninitialized: [rows, columns])
    var span = result.mutableSpan
    Scalar.metricKernels.squash(elements, into: &span)
    return result
  }
}

extension NegativeSelection {
  /// Gives each coordinate of the samples wanted the class whose center is nearest there.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func synthesise<Scalar>(
    _ batch: MetricBatch<Scalar>, in space: SelectionSpace, wanted: Span<Bool>
  ) {
    batch.withCoordinates(in: space) { embeddings, centers in
      Scalar.metricKernels.chooseNearestCoordinates(
        of: embeddings, labels: batch.labels, centers: centers, eligible: batch.eligible, wanted: wanted, into: &self)
    }
  }
}
