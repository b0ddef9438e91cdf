internal import FERMetric

/// A trained model that a student's loss compares with: the best of another run, which stays as it is.
struct Teacher: Sendable {
  private let model: CompiledModel<Float>

  /// Loads a run and checks that a student of `configuration` can learn from it.
  ///
  /// The teacher sees the student's crops, without erasing: it has to take the same inputs.
  ///
  /// - Throws: What ``Recognizer/init(run:weights:backend:)`` throws, or ``TrainingError/unfitTeacher(path:reason:)``.
  init(run: String, of configuration: TrainingConfiguration, dimension: Int, backend: Backend) throws {
    let recognizer = try Recognizer(run: run, backend: backend)
    let (own, its) = (configuration.transform, recognizer.transform)
    func unfit(_ reason: String) -> TrainingError { .unfitTeacher(path: run, reason: reason) }
    guard its.size == own.size else { throw unfit("it sees \(its.size) pixels, the student \(own.size)") }
    guard its.normalization == own.normalization else { throw unfit("its pictures are normalized with other numbers") }
    model = recognizer.model
    let width = model.embeddingDim
    guard width == dimension else { throw unfit("its embeddings have \(width) numbers, the student's \(dimension)") }
  }

  /// The embeddings [B, D] of pictures [B, size, size, 3].
  func callAsFunction(_ pictures: Tensor<Float>) -> Tensor<Float> { model(pictures).embeddings }
}
