#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels
  import Logging

  /// `fer train`.
  struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "train", abstract: "Train a network and keep the run in a folder.",
      discussion: """
        The test split is never looked at: the model is chosen by the official validation split, or by a part of the
        training pictures. The folder of the run receives config.json, metrics.jsonl (a line for each epoch),
        last.safetensors (the whole state) and best.safetensors (the model of the best epoch).

        Control-C, a termination request, a terminal that closes or output that nobody reads stop after the step at hand
        and save; --resume goes on from there, with the recorded settings, and ends with the same bytes as if it had not
        been stopped. A second Control-C ends at once.

        Example: fer train --data FERPlus --model resnet18 --stem small --width 0.5 --size 48 --epochs 10 --out runs/a
        """)

    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Training") var options: TrainOptions

    @Option(name: .long, help: ArgumentHelp("The folder of the run.", valueName: "run"))
    var out: String

    @Flag(name: .long, help: "Go on with the run in the folder.")
    var resume = false

    func run() throws {
      let folder = RunFolder(out)
      let (dataset, configuration) = try prepare(folder)
      let logger = Console.logger()
      let backend = Backend.best
      logger.info("backend \(backend.name), \(configuration.threads.counted("thread"))")
      let display = TrainingDisplay(logger: logger, epochs: configuration.epochs)
      let interruption = Interruption { display.interrupted() }
      let trainer = Trainer(dataset, configuration, backend: backend, folder: folder)
      let result = try trainer.run(resume: resume, stop: interruption.stop) { display.show($0) }
      display.finish(result, folder: folder)
      if !result.isComplete, let status = interruption.status { throw ExitCode(status) }
      if let failure = Console.outputFailure { throw failure }
    }

    /// Reads the data set and settles the configuration; nothing is written.
    private func prepare(_ folder: RunFolder) throws -> (SelectedDataset, TrainingConfiguration) {
      if resume {
        guard folder.holdsRun else { throw TrainingError.noRun(path: folder.path, missing: "config.json") }
        var configuration = try TrainingConfiguration(contentsOf: folder.configuration)
        var source = try data.source(over: configuration.source)
        try options.apply(to: &source)
        if configuration.source?.layout != .auto { source = try source.resolved() }
        configuration.source = source
        try options.apply(to: &configuration)
        let dataset = try source.open()
        guard dataset.classNames.count == configuration.model.classes else {
          throw TrainingError.malformedRun(
            path: folder.configuration,
            reason:
              "the model has \(configuration.model.classes) classes, \(dataset.name) has \(dataset.classNames.count)")
        }
        return (dataset, configuration)
      }
      if folder.holdsRun { throw TrainingError.runExists(path: folder.path) }
      var source = try data.source()
      try options.apply(to: &source)
      _ = try options.configuration(source: source, classes: 1)
      source = try source.resolved()
      let dataset = try source.open()
      return (dataset, try options.configuration(source: source, classes: dataset.classNames.count))
    }
  }
#endif
