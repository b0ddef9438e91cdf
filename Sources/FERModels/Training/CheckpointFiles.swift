internal import FERMetric

/// Writes and reads the files of a run.
struct CheckpointFiles: Sendable {
  let folder: RunFolder
  let configuration: TrainingConfiguration
  let data: DataDigest
  let teacher: Teacher?

  private var description: ModelDescription {
    ModelDescription(model: configuration.model, classNames: data.classNames, transform: configuration.transform)
  }

  /// Begins a run: the folder, its configuration and the state before the first step.
  ///
  /// A place that cannot be written shows here and not after hours. If anything fails, nothing is left behind.
  ///
  /// - Parameter isResumed: Whether the folder holds the configuration already.
  /// - Returns: The folders that were made, for ``RunFolder/remove(_:)``; nil for a run that is resumed.
  func begin(_ state: TrainingState, isResumed: Bool) throws -> [String]? {
    if isResumed {
      folder.removePartials()
      try saveLast(state)
      return nil
    }
    let made = try folder.make()
    folder.removePartials()
    do {
      try AtomicFile.write(json(configuration, pretty: true) + "\n", to: folder.configuration)
      try saveLast(state)
    } catch {
      folder.remove(made)
      throw error
    }
    return made
  }

  /// Checks that the folder holds a run of this configuration.
  ///
  /// - Returns: Whether there is a state to go on from; false if the run was killed while it began.
  func holdsState() throws -> Bool {
    try folder.requireRun()
    let recorded = try TrainingConfiguration(contentsOf: folder.configuration)
    if let (setting, own, given) = recorded.firstDifference(from: configuration) {
      throw TrainingError.settingChanged(
        path: folder.configuration, setting: setting, recorded: own, given: given)
    }
    return !folder.holdsOnlyConfiguration
  }

  /// Puts the state back, and cuts the metrics back to it.
  ///
  /// - Returns: The metrics of the epochs that are done.
  func restore(_ state: inout TrainingState) throws -> [EpochMetrics] {
    try state.restore(from: SafetensorsFile(contentsOf: folder.last), data: data, teacher: teacher)
    folder.removePartials()
    return try folder.metrics.cutBack(toEpochs: state.counters.epoch)
  }

  /// Replaces `last.safetensors`.
  func saveLast(_ state: TrainingState) throws {
    try state.writer(description, data: data, teacher: teacher).write(to: folder.last)
  }

  /// Replaces `best.safetensors`.
  func saveBest(_ state: TrainingState) throws {
    var writer = SafetensorsWriter(metadata: description.metadata())
    state.model.addWeights(to: &writer)
    if let centers = state.centers { writer.add("centers.matrix", centers.matrix) }
    try writer.write(to: folder.best)
  }
}
