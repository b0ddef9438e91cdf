#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels
  import Foundation

  /// The command `fer`.
  @main
  struct FERCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "fer",
      abstract: "Train and use networks that recognise facial expressions.",
      discussion: """
        Start with `fer demo`, which needs no data. Then `fer verify --data DIR` examines a data set, `fer train` trains
        on it, `fer evaluate` judges the result and `fer predict` uses it.

        Exit status: 0 success, 64 wrong usage, 65 wrong data, 66 missing input, 70 training diverged, 73 output cannot
        be created, 74 input or output failed, 128 + n stopped by signal n (130 by Control-C).
        """,
      version: FERMetricPackage.version,
      subcommands: [
        DemoCommand.self, LossesCommand.self, TrainCommand.self, EvaluateCommand.self, PredictCommand.self,
        EmbedCommand.self, VerifyCommand.self,
      ])

    /// Runs the command; whatever fails ends as one line on standard error and a status of sysexits.
    static func main() {
      ignoreSizeSignal()
      do {
        var command = try parseAsRoot()
        try command.run()
      } catch {
        leave(error)
      }
    }

    private static func leave(_ error: any Error) -> Never {
      if error is ExitCode || exitCode(for: error) == .success { exit(withError: error) }
      let status = ExitStatus(error)
      Console.standardError(status == .usage ? usageLine(error) : describe(error))
      Foundation.exit(status.rawValue)
    }

    /// What is wrong with the arguments; the parser's own words are several lines.
    private static func usageLine(_ error: any Error) -> String {
      if let error = error as? TrainingError { return "\(error)" }
      let words = message(for: error).split(whereSeparator: \.isWhitespace)
      return words.joined(separator: " ") + " (fer help tells more)"
    }

    private static func describe(_ error: any Error) -> String {
      guard let mismatch = error as? WeightLoadError, case .mismatch(let report) = mismatch else { return "\(error)" }
      var reasons: [String] = []
      if let first = report.misshapen.first {
        reasons.append(
          "\(report.misshapen.count) of another shape: \(first.name) is \(first.found), not \(first.expected)")
      }
      if let first = report.missing.first { reasons.append("\(report.missing.count) missing: \(first)") }
      if let first = report.unexpected.first { reasons.append("\(report.unexpected.count) unexpected: \(first)") }
      return "\(report.path): the weights do not fit the model: \(reasons.joined(separator: "; "))"
    }
  }
#else
  import Foundation

  /// What `fer` is without the trait `Tool`.
  @main
  enum FERCommand {
    static func main() {
      let lines = """
        fer was built without its command line.
        Build and run it with: swift run --traits default,Tool fer

        """
      FileHandle.standardError.write(Data(lines.utf8))
      exit(64)
    }
  }
#endif
