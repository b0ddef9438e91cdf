internal import FERMetric
import Foundation

/// A trained model that a student's loss compares with: the best of another run, which stays as it is.
struct Teacher: Sendable {
  private let model: CompiledModel<Float>
  /// The folder of the run.
  let run: String
  /// A hash of the file that holds the model, in hexadecimal digits.
  let digest: String

  /// Loads a run and checks that a student of `configuration` can learn from it.
  ///
  /// The teacher sees the student's crops, without erasing: it has to take the same inputs.
  ///
  /// - Throws: What ``Recognizer/init(run:weights:backend:)`` throws, or ``TrainingError/unfitTeacher(path:reason:)``.
  init(run: String, of configuration: TrainingConfiguration, dimension: Int, backend: Backend) throws {
    let recognizer = try Recognizer(run: run, backend: backend)
    self.run = run
    digest = try Self.digest(of: RunFolder(run).best)
    let (own, its) = (configuration.transform, recognizer.transform)
    func unfit(_ reason: String) -> TrainingError { .unfitTeacher(path: run, reason: reason) }
    guard its.size == own.size else { throw unfit("it sees \(its.size) pixels, the student \(own.size)") }
    guard its.normalization == own.normalization else { throw unfit("its pictures are normalized with other numbers") }
    model = recognizer.model
    let width = model.embeddingDim
    guard width == dimension else { throw unfit("its embeddings have \(width) numbers, the student's \(dimension)") }
  }

  private static func digest(of path: String) throws(TrainingError) -> String {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw .unreadable(path: path, reason: oneLine(error))
    }
    var hash = FowlerNollVo()
    hash.add(data)
    return hash.hexadecimal
  }

  /// The embeddings [B, D] of pictures [B, size, size, 3].
  func callAsFunction(_ pictures: Tensor<Float>) -> Tensor<Float> { model(pictures).embeddings }
}
