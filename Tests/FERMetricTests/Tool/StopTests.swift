#if Tool
  import Foundation
  import Testing

  /// Whatever stops a training lets it save, and its exit status says what it was.
  @Suite(.serialized) struct StopTests {
    private func longTraining(_ place: ToolPlace) -> [String] { BadInput.trainDrawn(place, "--epochs", "500") }

    private func emptyPlace() throws -> ToolPlace { ToolPlace(folder: try TemporaryFolder(), finishedRun: "") }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aSignalStopsAndSaves(_ number: Int32) throws {
      let place = try emptyPlace()
      // A test that runs below nohup would hand the ignored hang-up on.
      let previous = signal(SIGHUP, SIG_DFL)
      defer { signal(SIGHUP, previous) }
      let log = try TemporaryFolder()
      let process = try ToolProcess.start(longTraining(place), into: log)
      while process.isRunning && !FileManager.default.fileExists(atPath: place("run/last.safetensors")) {
        Thread.sleep(forTimeInterval: 0.01)
      }
      kill(process.processIdentifier, number)
      let outcome = try ToolProcess.finish(process, in: log)
      #expect(process.terminationReason == .exit)
      #expect(outcome.status == 128 + number && outcome.error.isEmpty, "\(outcome.status) \(outcome.error)")
      #expect(outcome.output.contains("--resume"))
    }

    @Test func aHangUpThatNohupIgnoresStaysIgnored() throws {
      let place = try emptyPlace()
      let log = try TemporaryFolder()
      let process = try ToolProcess.start(
        longTraining(place), shell: #"trap "" HUP; exec "$@""#, into: log)
      while process.isRunning && !FileManager.default.fileExists(atPath: place("run/last.safetensors")) {
        Thread.sleep(forTimeInterval: 0.01)
      }
      kill(process.processIdentifier, SIGHUP)
      kill(process.processIdentifier, SIGTERM)
      #expect(try ToolProcess.finish(process, in: log).status == 128 + SIGTERM)
    }

    /// A kill cannot be caught. The state of the last save stands in the folder, and the rest is trained again.
    @Test func aKilledTrainingResumesToTheSameBytes() throws {
      func training(_ place: ToolPlace) -> [String] {
        BadInput.trainDrawn(place, "--loss", "amtc3l", "--sampler", "ns", "--epochs", "24")
      }
      let whole = try emptyPlace()
      #expect(try ToolProcess.run(training(whole)).status == 0)
      let place = try emptyPlace()
      let log = try TemporaryFolder()
      let (epochs, milliseconds) = (Int.random(in: 1..<8), Int.random(in: 0..<20))
      let moment: Comment = "killed \(milliseconds) ms after epoch \(epochs)"
      let process = try ToolProcess.start(training(place), into: log)
      while process.isRunning && epochsDone(place) < epochs { Thread.sleep(forTimeInterval: 0.001) }
      Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL, moment)
      let resumed = try ToolProcess.run(["train", "--resume", "--out", place.run])
      #expect(resumed.status == 0 && resumed.error.isEmpty, "\(moment.rawValue): \(resumed.error)")
      for name in ["last.safetensors", "best.safetensors", "config.json"] {
        let (expected, found) = (whole("run/" + name), place("run/" + name))
        #expect(try SHA256.digest(ofFile: expected) == SHA256.digest(ofFile: found), "\(name), \(moment.rawValue)")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: place.run).count == 4, moment)
    }

    private func epochsDone(_ place: ToolPlace) -> Int {
      let lines = try? String(contentsOfFile: place("run/metrics.jsonl"), encoding: .utf8).split(separator: "\n")
      return lines?.count ?? 0
    }

    /// `fer train | head` ends after the step at hand, with the state saved.
    @Test func aReaderThatIsGoneStopsAndSaves() throws {
      let place = try emptyPlace()
      let outcome = try ToolProcess.run(
        longTraining(place), shell: #"{ "$@"; echo "status $?" >&2; } | head -n 2"#)
      #expect(outcome.errorLines.count == 2 && outcome.errorLines.last == "status 74", "\(outcome.error)")
      #expect(outcome.error.hasPrefix("fer: standard output: "))
      let evaluation = try ToolProcess.run(["evaluate", "--run", place.run, "--weights", "last", "--json"])
      #expect(evaluation.status == 0 && evaluation.error.isEmpty, "\(evaluation.error)")
    }

    /// The demo's conclusion follows from its rows, whatever they are.
    @Test func theDemoConcludesFromItsRows() throws {
      let outcome = try ToolProcess.run(
        ["demo", "--epochs", "1", "--train-count", "64", "--test-count", "14", "--threads", "1"])
      #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
      for name in ["cross-entropy", "TC3L MS", "TC3L NS", "TC3L MM", "AMTC3L MS", "AMTC3L NS", "AMTC3L MM"] {
        #expect(outcome.output.contains("\n\(name) "), "\(name)")
      }
      let difference = try #require(outcome.output.firstMatch(of: /less than about\s+([0-9.]+) points/))
      #expect(try #require(Double(difference.output.1)) > 0)
    }
  }
#endif
