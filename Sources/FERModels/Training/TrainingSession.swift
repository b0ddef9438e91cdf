internal import FERMetric

/// One call of ``Trainer/run(resume:stop:onEvent:)``, on the training's own thread.
struct TrainingSession {
  private let trainer: Trainer
  private let configuration: TrainingConfiguration
  private let training: [FaceSample]
  private let onEvent: @Sendable (TrainingEvent) -> Void
  private let checkpoint: CheckpointFiles?
  private let teacher: Teacher?
  /// Whether the epoch at hand began before this training was resumed.
  private var isRestOfEpoch: Bool
  private var state: TrainingState
  private var epochs: [EpochMetrics] = []
  private var meter = ProgressMeter()
  private let evaluator: ValidationPass
  /// The folders that this training made, as long as they hold nothing but its beginning.
  private var unusedFolders: [String]?

  /// Begins or restores the training. Nothing is written before everything that can be checked has been.
  init(_ trainer: Trainer, resume: Bool, onEvent: @escaping @Sendable (TrainingEvent) -> Void) throws {
    self.trainer = trainer
    self.onEvent = onEvent
    configuration = trainer.configuration
    training = trainer.dataset.samples(in: .train)
    evaluator = ValidationPass(
      dataset: trainer.dataset, samples: trainer.dataset.samples(in: .validation), transform: configuration.transform,
      backend: trainer.backend)
    guard training.count > 1 else {
      throw TrainingError.tooFewPictures(name: trainer.dataset.name, count: training.count)
    }
    let counts = training.classCounts(classCount: configuration.model.classes)
    state = TrainingState(configuration, counts: counts, objective: trainer.objective)
    if trainer.objective == nil, let term = configuration.classification {
      state.objective.classification = term.loss(counts: counts)
    }
    if trainer.objective == nil, let name = configuration.named?.name, name.readsIdentities,
      training.contains(where: { $0.identity == nil })
    {
      throw TrainingError.unknownPeople(name: trainer.dataset.name, loss: name.rawValue)
    }
    if configuration.batches?.readsIdentities == true, training.contains(where: { $0.identity == nil }) {
      throw TrainingError.batchesOfUnknownPeople(name: trainer.dataset.name)
    }
    var teacher: Teacher?
    if let run = configuration.named?.teacher {
      teacher = try Teacher(
        run: run, of: configuration, dimension: state.model.embeddingDim, backend: trainer.backend)
    }
    self.teacher = teacher
    checkpoint = trainer.folder.map { [teacher] in
      CheckpointFiles(
        folder: $0, configuration: trainer.configuration, data: DataDigest(trainer.dataset), teacher: teacher)
    }
    if resume, let checkpoint, try checkpoint.holdsState() {
      epochs = try checkpoint.restore(&state)
    } else {
      if let file = configuration.initialWeights {
        try state.model.loadInitialWeights(from: file) { onEvent(.note($0)) }
      }
      unusedFolders = try checkpoint?.begin(state, isResumed: resume)
    }
    isRestOfEpoch = state.counters.stepInEpoch > 0
    let plan = plan(ofEpoch: 0)
    onEvent(.began(summary(stepsPerEpoch: plan.batches.count)))
    if let note = plan.coverage.note { onEvent(.note(note)) }
  }

  private func plan(ofEpoch epoch: Int) -> BatchPlan {
    BatchPlan(
      configuration.batches ?? .shuffled, labels: training.map(\.label), identities: training.compactMap(\.identity),
      batchSize: configuration.batchSize, seed: configuration.seed, epoch: epoch)
  }

  private func summary(stepsPerEpoch: Int) -> TrainingSummary {
    TrainingSummary(
      dataset: trainer.dataset.name, trainingCount: training.count, validationCount: evaluator.samples.count,
      parameterCount: state.model.parameterCount, stepsPerEpoch: stepsPerEpoch, epochs: configuration.epochs,
      stepsDone: state.counters.step, backend: trainer.backend.name)
  }

  /// Trains until the end or the stop.
  mutating func run(stop: StopSignal) throws -> TrainingResult {
    var isComplete = true
    while state.counters.epoch < configuration.epochs {
      guard try runEpoch(stop: stop) else {
        isComplete = false
        break
      }
    }
    return TrainingResult(
      model: state.model, epochs: epochs, bestEpoch: state.counters.best?.epoch, isComplete: isComplete,
      seconds: meter.seconds)
  }

  /// Removes a run that failed before it had anything to keep; resuming it would only begin it again.
  func abandon() {
    if let unusedFolders { checkpoint?.folder.remove(unusedFolders) }
  }

  /// Trains the rest of the epoch at hand.
  ///
  /// - Returns: Whether the epoch is done.
  private mutating func runEpoch(stop: StopSignal) throws -> Bool {
    let epoch = state.counters.epoch
    let plan = plan(ofEpoch: epoch)
    let rate = configuration.rate * configuration.schedule.factor(inEpoch: epoch, of: configuration.epochs)
    let loader = BatchLoader(
      dataset: trainer.dataset, samples: training, order: plan.order, batches: plan.batches,
      startingAt: state.counters.stepInEpoch,
      preparation: .training(configuration.augmentation, seed: configuration.seed, epoch: epoch),
      keepsWhole: teacher != nil)
    if state.objective.metric != nil { state.counters.statistics.reserve(plan.order.count) }
    meter.beginEpoch()
    while state.counters.stepInEpoch < plan.batches.count {
      if stop.isRequested {
        try requireFiniteState(rate: rate)
        try save()
        return false
      }
      let batch = try loader.next()
      try step(batch, rate: rate)
      meter.finishStep(pictures: batch.samples.count)
      for warning in state.warnings { onEvent(.warning(warning)) }
      onEvent(.step(progress(rate: rate, stepsPerEpoch: plan.batches.count)))
    }
    try finishEpoch(rate: rate)
    return true
  }

  private mutating func step(_ batch: PictureBatch, rate: Double) throws {
    var what = "loss"
    do {
      let references = batch.whole.flatMap { whole in teacher.map { $0(whole) } }
      if try state.train(on: batch, references: references, rate: rate).isFinite { return }
    } catch {
      what = error.description
    }
    throw TrainingError.notFinite(
      what: what, epoch: state.counters.epoch + 1, step: state.counters.stepInEpoch + 1, rate: rate,
      pictures: batch.samples.map(\.description))
  }

  /// Keeps a state that has grown beyond all bounds from being evaluated and from taking the place of a sound one.
  private func requireFiniteState(rate: Double) throws {
    guard let name = state.firstNonfinite else { return }
    throw TrainingError.notFinite(
      what: name, epoch: state.counters.epoch + 1, step: state.counters.stepInEpoch, rate: rate, pictures: [])
  }

  /// Evaluates, records and saves.
  private mutating func finishEpoch(rate: Double) throws {
    try requireFiniteState(rate: rate)
    let picturesPerSecond = meter.picturesPerSecond
    let confusion = try evaluator.run(state.model)
    let validation = confusion.map {
      EpochMetrics.Validation(accuracy: $0.accuracy, meanClassAccuracy: $0.meanClassAccuracy)
    }
    let metrics = EpochMetrics(
      epoch: state.counters.epoch + 1, step: state.counters.step, rate: rate,
      training: state.counters.statistics.training, validation: validation, metric: state.counters.statistics.metric,
      seconds: isRestOfEpoch ? nil : meter.secondsOfEpoch, picturesPerSecond: picturesPerSecond)
    let isBest = validation.map { $0.accuracy > (state.counters.best?.accuracy ?? -1) } ?? true
    if isBest { state.counters.best = .init(epoch: metrics.epoch, accuracy: validation?.accuracy) }
    state.counters.epoch += 1
    state.counters.stepInEpoch = 0
    isRestOfEpoch = false
    state.counters.statistics = EpochStatistics()
    epochs.append(metrics)
    // The state comes last: if anything before it fails, the epoch is trained again with the same result.
    if isBest {
      try checkpoint?.saveBest(state)
      unusedFolders = nil
    }
    try checkpoint?.folder.metrics.append(metrics)
    try save()
    onEvent(.epoch(metrics, isBest: isBest))
  }

  private mutating func save() throws {
    guard let checkpoint else { return }
    try checkpoint.saveLast(state)
    unusedFolders = nil
    onEvent(.saved(path: checkpoint.folder.last))
  }

  private func progress(rate: Double, stepsPerEpoch: Int) -> TrainingProgress {
    let training = state.counters.statistics.training
    let left = (configuration.epochs - state.counters.epoch) * stepsPerEpoch - state.counters.stepInEpoch
    return TrainingProgress(
      epoch: state.counters.epoch + 1, epochs: configuration.epochs, step: state.counters.stepInEpoch,
      stepsPerEpoch: stepsPerEpoch, rate: rate, loss: training.loss, accuracy: training.accuracy,
      picturesPerSecond: meter.picturesPerSecond, secondsLeft: meter.secondsLeft(steps: left))
  }
}
