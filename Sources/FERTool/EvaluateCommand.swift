#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels
  import Logging

  /// `fer evaluate`.
  struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "evaluate", abstract: "Judge a run on a split of a data set.",
      discussion: """
        With --json one object is printed: accuracy, meanClassAccuracy, macroF1, classes, confusion (row: label, column:
        prediction), count, weights, split, recall, intraClassVariance, smallestCenterDistance and compactness.
        """)

    @Option(name: .customLong("run"), help: ArgumentHelp("The folder of the run.", valueName: "run"))
    var runFolder: String

    @OptionGroup(title: "Data (default: the run's)") var data: DataOptions

    @Option(name: .long, help: "train, validation or test.")
    var split = Split.test

    @Option(name: .long, help: "best or last.")
    var weights = Recognizer.Weights.best

    @Flag(name: .long, help: "Leave pictures out that stand in the training split as well (reads every picture).")
    var dropDuplicates = false

    @Option(name: .long, help: "Threads of the kernels (default: the library's choice).")
    var threads: Int?

    @Flag(name: .long, help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws {
      try checkThreads(threads)
      let backend = Backend.best
      let recognizer = try Recognizer(run: runFolder, weights: weights, backend: backend)
      let dataset = try dataset()
      let logger = Console.logger(isQuiet: json)
      logger.info("backend \(backend.name)")
      let evaluation = try Evaluator(recognizer, threads: threads).evaluate(dataset, split: split)
      let report = EvaluationReport(evaluation, weights: weights.rawValue)
      if json {
        Console.output(report.json)
      } else {
        logger.info("\(dataset.name), \(split) split: \(report.count.grouped) pictures, \(weights.rawValue) weights")
        Console.output(report.text(evaluation))
      }
    }

    private func dataset() throws -> SelectedDataset {
      let recorded = try? TrainingConfiguration(contentsOf: RunFolder(runFolder).configuration)
      var source = try data.source(over: data.data == nil ? recorded?.source : nil)
      if let recorded = recorded?.source {
        source.validation = recorded.validation
        source.seed = recorded.seed
        source.pictureSize = recorded.pictureSize
        if data.labels == nil { source.labels = recorded.labels }
      }
      // Duplicates are looked for in all training pictures, before a limit takes some away.
      source.limit = nil
      source.dropsDuplicates = false
      let dataset = try source.open()
      guard dropDuplicates && split != .train else { return dataset }
      return try dataset.droppingDuplicates(from: split, presentIn: .train)
    }
  }

  /// Refuses a number of threads that is none.
  func checkThreads(_ threads: Int?) throws {
    if let threads, threads < 1 { throw ValidationError("--threads is a positive number, not \(threads)") }
  }
#endif
