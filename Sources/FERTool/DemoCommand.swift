#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels
  import Logging

  /// `fer demo`.
  struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "demo", abstract: "Train small networks on drawn faces with seven objectives, and compare them.",
      discussion: """
        Needs no data: faces are drawn, 48 pixels a side. Every row trains the same network from the same weights, on
        the same pictures in the same order. The whole takes a few minutes on two processors.
        """)

    @Option(name: .long, help: "How often every training picture is shown.")
    var epochs = 8

    @Option(name: .long, help: ArgumentHelp("Training pictures.", valueName: "n"))
    var trainCount = 4200

    @Option(name: .long, help: ArgumentHelp("Test pictures.", valueName: "n"))
    var testCount = 1400

    @Option(name: .long, help: "Determines everything random.")
    var seed: UInt64 = 0

    @Option(name: .long, help: "The weight of the metric loss.")
    var lambda = 0.1

    @Option(name: .long, help: "Threads of the kernels (default: one processor is left for drawing the faces).")
    var threads: Int?

    func validate() throws {
      try checkThreads(threads)
      if epochs < 1 { throw ValidationError("--epochs is a positive number, not \(epochs)") }
      if trainCount < 64 { throw ValidationError("--train-count is 64 at least, not \(trainCount)") }
      if testCount < 7 { throw ValidationError("--test-count is 7 at least, not \(testCount)") }
      if !(Float(lambda) > 0 && Float(lambda).isFinite) {
        throw ValidationError("--lambda is a positive number, not \(lambda)")
      }
    }

    private struct Row {
      let name: String
      let metric: MetricTerm?
      let attention: AttentionConfiguration?
    }

    private var rows: [Row] {
      let samplers: [(String, MetricTerm.Sampler)] = [("MS", .mathSynth), ("NS", .networkSemantic), ("MM", .mixed)]
      var rows = [Row(name: "cross-entropy", metric: nil, attention: nil)]
      for (name, sampler) in samplers {
        rows.append(Row(name: "TC3L \(name)", metric: .tc3l(sampler: sampler, lambda: lambda), attention: nil))
      }
      for (name, sampler) in samplers {
        rows.append(Row(name: "AMTC3L \(name)", metric: .amtc3l(sampler: sampler, lambda: lambda), attention: .compact))
      }
      return rows
    }

    func run() throws {
      let logger = Console.logger()
      let backend = Backend.best
      let faces = SyntheticFaces(trainCount: trainCount, testCount: testCount)
      var base = TrainingConfiguration(
        model: ModelConfiguration(depth: .eighteen, stem: .small, width: 0.25, classes: faces.classNames.count),
        size: faces.size)
      base.epochs = epochs
      base.seed = seed
      base.threads = threads ?? max(1, base.threads - 1)
      logger.info("backend \(backend.name), \(base.threads) threads")
      logger.info(
        "\(trainCount.grouped) drawn faces to train on, \(testCount.grouped) of other people to test; ResNet-18 of a quarter of the width, \(epochs) epochs"
      )
      var table = TextTable(headings: ["objective", "accuracy", "mean class", "seconds"])
      var correct: [Int] = []
      for row in rows {
        var configuration = base
        configuration.metric = row.metric
        configuration.model.attention = row.attention
        let clock = ContinuousClock()
        let start = clock.now
        let result = try Trainer(faces, configuration, backend: backend).run()
        let seconds = start.duration(to: clock.now)
        let recognizer = Recognizer(
          result.model, classNames: faces.classNames, transform: configuration.transform, backend: backend)
        let confusion = try Evaluator(recognizer, threads: base.threads).evaluate(faces).confusion
        correct.append(confusion.correctCount)
        table.rows.append([
          row.name, confusion.accuracy.percent, confusion.meanClassAccuracy.percent,
          "\(seconds.components.seconds)",
        ])
        logger.info("\(row.name): accuracy \(confusion.accuracy.percent), \(seconds.components.seconds) s")
      }
      Console.output("\n" + table.lines.joined(separator: "\n") + "\n")
      Console.output(caveat(correct))
    }

    /// What figures on a test set of this size can and cannot say.
    private func caveat(_ correct: [Int]) -> String {
      let shares = correct.map { Double($0) / Double(testCount) }
      let interval = BinomialInterval(successes: correct[0], trials: testCount)
      let difference = BinomialInterval.detectableDifference(share: interval.share, trials: testCount)
      let spread = (shares.max() ?? 0) - (shares.min() ?? 0)
      func points(_ share: Double) -> String { "\((100 * share).fixed(1)) points" }
      let verdict =
        spread < difference
        ? "All rows lie within \(points(spread)): none is shown to be better than another."
        : "The rows spread over \(points(spread)): the largest differences are more than the draw of the test pictures."
      return """
        What these figures can say: on \(testCount.grouped) test pictures cross-entropy's \(interval.share.percent) stands for anything
        between \(interval.lowerBound.percent) and \(interval.upperBound.percent) (95 % binomial interval), and two rows that differ by less than about
        \(points(difference)) cannot be told apart. \(verdict)
        What they cannot say: how much of a difference is the seed's (repeat with --seed 1, 2, ...), and anything about
        photographs: the faces are drawn.
        """
    }
  }
#endif
