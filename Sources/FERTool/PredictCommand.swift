#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels
  import Logging

  /// `fer predict`.
  struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "predict", abstract: "Recognise the expression in pictures.",
      discussion: """
        Each picture should be an aligned crop of one face, as the training pictures were: no face is looked for. JPEG
        and PNG are read. With --json a line is printed for each file: file, label, and probabilities by class name.
        """)

    @Option(name: .customLong("run"), help: ArgumentHelp("The folder of the run.", valueName: "run"))
    var runFolder: String

    @Option(name: .long, help: "best or last.")
    var weights = Recognizer.Weights.best

    @Flag(name: .long, help: "Print a JSON object for each file.")
    var json = false

    @Argument(help: ArgumentHelp("Pictures.", valueName: "file"))
    var files: [String]

    private struct Line: Encodable {
      let file: String
      let label: String
      let probabilities: [String: Float]
    }

    func run() throws {
      let backend = Backend.best
      let recognizer = try Recognizer(run: runFolder, weights: weights, backend: backend)
      Console.logger(isQuiet: json).info("backend \(backend.name)")
      for file in files {
        let prediction = recognizer.predict(try RGBImage(contentsOf: file))
        if json {
          let pairs = zip(prediction.classNames, prediction.probabilities)
          let line = Line(
            file: file, label: prediction.className, probabilities: Dictionary(pairs) { first, _ in first })
          Console.output(try line.json)
        } else {
          Console.output("\(file): \(prediction.className) \(Double(prediction.probability).percent)")
        }
      }
    }
  }
#endif
