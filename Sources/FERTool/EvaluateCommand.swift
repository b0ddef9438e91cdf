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

        Splits are those that the run recorded, before its --limit-train: a validation split that was drawn is drawn
        again, without the duplicates that the training dropped, so that its accuracy is the logged one. A run with
        --validation 0 can be judged on an official validation split.
        """)

    @Option(name: .customLong("run"), help: ArgumentHelp("The folder of the run.", valueName: "run"))
    var runFolder: String

    @OptionGroup(title: "Data (default: the run's)") var data: DataOptions

    @Option(name: .long, help: "train, validation or test.")
    var split = Split.test

    @Option(name: .long, help: "best or last.")
    var weights = Recognizer.Weights.best

    @Flag(name: .long, help: "Leave pictures out that stand in the training data as well (reads every picture).")
    var dropDuplicates = false

    @Option(name: .long, help: "Threads of the kernels (default: the library's choice).")
    var threads: Int?

    @Flag(name: .long, help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws {
      try checkThreads(threads)
      let backend = Backend.best
      let recognizer = try Recognizer(run: runFolder, weights: weights, backend: backend)
      let dataset = try data.dataset(of: RunFolder(runFolder), split: split, droppingDuplicates: dropDuplicates)
      let logger = Console.logger(isQuiet: json)
      logger.info("backend \(backend.name)")
      let evaluation = try Evaluator(recognizer, threads: threads).evaluate(dataset, split: split)
      let report = EvaluationReport(evaluation, weights: weights.rawValue)
      if json {
        Console.output(try report.json)
      } else {
        logger.info("\(dataset.name), \(split) split: \(report.count.grouped) pictures, \(weights.rawValue) weights")
        Console.output(report.text(evaluation))
      }
    }
  }

  /// Refuses a number of threads that is none, or that no processor has.
  func checkThreads(_ threads: Int?) throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads lies in 1...1024, not at \(threads)")
    }
  }
#endif
