public import FERMetric

extension Recognizer {
  /// Which of a run's weights to use.
  public enum Weights: String, Sendable, CaseIterable {
    /// Those of the best epoch on the validation split; of the last one where there was no such split.
    case best
    /// Those of the last step.
    case last
  }

  /// Loads a run.
  ///
  /// - Parameters:
  ///   - run: The folder that the training wrote.
  ///   - weights: Which of its weights to use.
  ///   - backend: The kernels.
  /// - Throws: ``TrainingError/noRun(path:missing:)``, ``WeightLoadError`` or ``RecognitionError``.
  public init(run: String, weights: Weights = .best, backend: Backend) throws {
    let folder = RunFolder(run)
    try folder.requireWeights(weights)
    try self.init(contentsOf: weights == .best ? folder.best : folder.last, backend: backend)
  }

  /// Loads a weight file that a training wrote, wherever it stands now.
  ///
  /// - Throws: ``WeightLoadError`` or ``RecognitionError/notAModel(path:reason:)``.
  public init(contentsOf path: String, backend: Backend) throws {
    let file: SafetensorsFile
    do throws(SafetensorsError) {
      file = try SafetensorsFile(contentsOf: path)
    } catch {
      throw WeightLoadError.file(error)
    }
    let description = try ModelDescription(of: file)
    var initializer = WeightInitializer.zeros
    var model = ExpressionModel<Float>(description.model, using: &initializer)
    try model.loadWeights(from: file, ignoring: TrainingState.namePrefixes)
    self.init(model, classNames: description.classNames, transform: description.transform, backend: backend)
  }
}
