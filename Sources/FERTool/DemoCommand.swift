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
        Needs no data: faces are drawn, 48 pixels a side. Every row trains the same network from the same trunk weights,
        on the same pictures in the same order. The whole takes a few minutes on two processors.
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

    @Option(name: .long, help: "Threads of the kernels (default: all processors but one, which draws the faces).")
    var threads: Int?

    func validate() throws {
      try checkThreads(threads)
      if epochs < 1 { throw ValidationError("--epochs is a positive number, not \(epochs)") }
      if !(64...1_000_000).contains(trainCount) {
        throw ValidationError("--train-count lies in 64...1000000, not at \(trainCount)")
      }
      if !(7...1_000_000).contains(testCount) {
        throw ValidationError("--test-count lies in 7...1000000, not at \(testCount)")
      }
      if !(Float(lambda) > 0 && Float(lambda).isFinite) {
        throw ValidationError("--lambda is a positive number of single precision, not \(lambda)")
      }
      for row in rows {
        if let objection = configuration(of: row).objection { throw ValidationError(objection) }
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

    private func configuration(of row: Row) -> TrainingConfiguration {
      var configuration = TrainingConfiguration(
        model: ModelConfiguration(
          depth: .eighteen, stem: .small, width: 0.25, classes: SyntheticFaces.classNames.count),
        metric: row.metric, size: DataSource.drawnSize)
      configuration.model.attention = row.attention
      configuration.epochs = epochs
      configuration.seed = seed
      configuration.threads = threads ?? max(1, configuration.threads - 1)
      return configuration
    }

    func run() throws {
      let logger = Console.logger()
      let backend = Backend.best
      let faces = SyntheticFaces(trainCount: trainCount, testCount: testCount, size: DataSource.drawnSize)
      let kernelThreads = configuration(of: rows[0]).threads
      logger.info("backend \(backend.name), \(kernelThreads.counted("thread"))")
      logger.info(
        "\(trainCount.grouped) drawn faces to train on, \(testCount.grouped) of other people to test; ResNet-18 of a quarter of the width, \(epochs.counted("epoch"))"
      )
      var table = TextTable(headings: ["objective", "accuracy", "mean class", "seconds"])
      var correct: [Int] = []
      for row in rows {
        let configuration = configuration(of: row)
        let clock = ContinuousClock()
        let start = clock.now
        let result = try Trainer(faces, configuration, backend: backend).run()
        let seconds = start.duration(to: clock.now)
        let recognizer = Recognizer(
          result.model, classNames: faces.classNames, transform: configuration.transform, backend: backend)
        let confusion = try Evaluator(recognizer, threads: kernelThreads).evaluate(faces).confusion
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
      // Half a picture from the ends, where the formula would tell every two rows apart.
      let half = 0.5 / Double(testCount)
      let difference = BinomialInterval.detectableDifference(
        share: min(max(interval.share, half), 1 - half), trials: testCount)
      let spread = (shares.max() ?? 0) - (shares.min() ?? 0)
      func points(_ share: Double) -> String { "\((100 * share).fixed(1)) points" }
      let verdict =
        spread < difference
        ? "All rows lie within \(points(spread)): none is shown to be better than another."
        : "The rows spread over \(points(spread)): the largest differences are more than the draw of the test pictures."
      let can = """
        What these figures can say: on \(testCount.grouped) test pictures cross-entropy's \(interval.share.percent) stands for \
        anything between \(interval.lowerBound.percent) and \(interval.upperBound.percent) (95 % binomial interval), and two rows \
        that differ by less than about \(points(difference)) cannot be told apart. \(verdict)
        """
      let cannot = """
        What they cannot say: how much of a difference is the seed's (repeat with --seed 1, 2, ...), and anything about \
        photographs: the faces are drawn.
        """
      return [can, cannot].map { $0.wrapped(at: 100) }.joined(separator: "\n")
    }
  }
#endif
