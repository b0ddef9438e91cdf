#if Tool
  import Foundation
  import Logging
  import Synchronization

  /// The two streams that the tool writes to.
  enum Console {
    /// Whether standard output is a terminal, so that a line may be drawn over.
    static let isTerminal = isatty(STDOUT_FILENO) == 1

    private struct State {
      var failure: UsageError?
      var onFailure: (@Sendable () -> Void)?
    }

    private static let state = Mutex(State())

    /// What kept output from being written, once ``whenOutputFails(_:)`` was called.
    static var outputFailure: UsageError? { state.withLock { $0.failure } }

    /// From now on the first write that fails calls `body`, and the process goes on in silence.
    static func whenOutputFails(_ body: @escaping @Sendable () -> Void) {
      state.withLock { $0.onFailure = body }
    }

    /// Writes text to standard output at once. If nobody takes it, the process ends, unless ``whenOutputFails(_:)`` was
    /// called.
    static func output(_ text: String, terminator: String = "\n") {
      guard outputFailure == nil else { return }
      do {
        try FileHandle.standardOutput.write(contentsOf: Data((text + terminator).utf8))
      } catch {
        let failure = UsageError(
          "standard output: cannot be written: \(error.localizedDescription)", status: .inputOutput)
        let onFailure = state.withLock { state in
          state.failure = failure
          return state.onFailure
        }
        guard let onFailure else {
          standardError(failure.description)
          exit(failure.status.rawValue)
        }
        onFailure()
      }
    }

    /// Writes a line to standard error.
    static func standardError(_ line: String) {
      // There is nowhere to complain about a broken standard error.
      try? FileHandle.standardError.write(contentsOf: Data(("fer: " + line + "\n").utf8))
    }

    /// The tool's log: lines with the time of day on standard output, or nothing where output is for programs.
    static func logger(isQuiet: Bool = false) -> Logger {
      var logger = Logger(label: "fer") { _ in ConsoleLogHandler() }
      logger.logLevel = isQuiet ? .critical : .info
      return logger
    }
  }

  /// Writes each message as a line with the time of day.
  private struct ConsoleLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let mark = event.level >= .warning ? "\(event.level): " : ""
      Console.output("\(Self.timeOfDay)  \(mark)\(event.message)")
    }

    private static var timeOfDay: String {
      let now = Calendar.current.dateComponents([.hour, .minute, .second], from: .now)
      return [now.hour, now.minute, now.second].map { String(format: "%02d", $0 ?? 0) }.joined(separator: ":")
    }
  }

  /// Lets a file that grows too large fail as an error with a reason, not as a signal that ends the process.
  func ignoreSizeSignal() {
    signal(SIGXFSZ, SIG_IGN)
  }
#endif
