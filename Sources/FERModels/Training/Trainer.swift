public import FERMetric

/// Trains a recognizer of expressions.
///
///     let faces = try RAFDBDataset(at: "RAF-DB").stratifiedValidation(fraction: 0.1, seed: 0)
///     var configuration = TrainingConfiguration(
///       model: ModelConfiguration(depth: .fifty, classes: 7, attention: .compact), metric: .amtc3l())
///     let trainer = Trainer(faces, configuration, backend: .oneDNN, folder: RunFolder("runs/first"))
///     let result = try trainer.run { event in
///       if case .epoch(let metrics, _) = event { print(metrics.epoch, metrics.validation?.accuracy ?? 0) }
///     }
///
/// The test split is never looked at. The model is chosen by the validation split; without one the last epoch counts.
///
/// ## What is kept
/// With a folder, the whole state is written after each epoch and when the training is stopped, and ``run(resume:stop:onEvent:)``
/// goes on from there: with the same thread count, processor and library versions the files of a resumed run equal those
/// of an uninterrupted one byte for byte. See ``RunFolder`` for the files. Without a folder nothing is written.
///
/// ## Threads
/// Kernels run on one thread of the training's own, within a scope of its backend; pictures are decoded ahead on a
/// second one. The calling thread waits.
public struct Trainer: Sendable {
  /// The pictures; the splits `train` and `validation` are used.
  public var dataset: any FaceDataset
  /// What determines the training.
  public var configuration: TrainingConfiguration
  /// The kernels.
  public var backend: Backend
  /// Where the run is kept; nil keeps nothing.
  public var folder: RunFolder?
  /// An objective of your own in its initial state, in place of the one that the configuration describes. It must be the
  /// same when a run is resumed.
  public var objective: JointObjective<Float>?

  /// Creates a trainer; nothing happens before it runs.
  ///
  /// - Precondition: The configuration is possible (``TrainingConfiguration/objection`` is nil), and its model has as many
  ///   classes as the data set.
  public init(
    _ dataset: some FaceDataset, _ configuration: TrainingConfiguration, backend: Backend, folder: RunFolder? = nil,
    objective: JointObjective<Float>? = nil
  ) {
    if let objection = configuration.objection { preconditionFailure(objection) }
    precondition(
      configuration.model.classes == dataset.classNames.count,
      "a model of \(configuration.model.classes) classes does not fit \(dataset.name) with \(dataset.classNames.count)")
    self.dataset = dataset
    self.configuration = configuration
    self.backend = backend
    self.folder = folder
    self.objective = objective
  }

  /// Trains to the end, or until it is stopped.
  ///
  /// - Parameters:
  ///   - resume: Whether to go on with the run in the folder; otherwise the folder must not hold one.
  ///   - stop: Raise it from any thread to stop after the step at hand; the state is saved then.
  ///   - onEvent: Called on the training's thread with what happens; it should return soon.
  /// - Throws: ``TrainingError``, ``ImageError``, ``SafetensorsError`` or ``WeightLoadError``. What was saved last stands;
  ///   a new run that fails before its first epoch is done leaves nothing behind.
  /// - Precondition: There is a folder if `resume` is true.
  public func run(
    resume: Bool = false, stop: StopSignal = StopSignal(),
    onEvent: @escaping @Sendable (TrainingEvent) -> Void = { _ in }
  ) throws -> TrainingResult {
    precondition(!resume || folder != nil, "a training without a folder has nothing to resume")
    let trainer = self
    return try onDedicatedThread(backend: backend, threads: configuration.threads) {
      var session = try TrainingSession(trainer, resume: resume, onEvent: onEvent)
      do {
        return try session.run(stop: stop)
      } catch {
        session.abandon()
        throw error
      }
    }
  }
}
