import FERMetric

extension TensorBatch {
  /// A batch with everything that a center loss reads. Some margins are so small that their samples add nothing, and one
  /// class is no candidate.
  static func drawn(
    samples: Int, classes: Int, dimension: Int, _ generator: inout SeededGenerator
  ) -> TensorBatch {
    TensorBatch(
      embeddings: .normal([samples, dimension], &generator),
      labels: (0..<samples).map { _ in generator.next(below: classes) },
      centers: .normal([classes, dimension], &generator),
      inclusion: .uniform([samples, dimension], in: 0...1, &generator),
      predictions: (0..<samples).map { _ in generator.next(below: classes) },
      margins: (0..<samples).map { $0.isMultiple(of: 3) ? -1e3 : Scalar(0.3 * generator.nextUniform()) },
      eligible: (0..<classes).map { $0 != 1 })
  }
}
