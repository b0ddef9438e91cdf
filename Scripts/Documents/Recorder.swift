import Foundation

/// Writes a run log.
///
///     documents record --name NAME --table TABLE [--row TITLE] --threads N [--command 'AS SHOWN'] -- COMMAND…
///     … | documents record --name NAME --table TABLE [--row TITLE] --threads N --seconds S --command 'COMMAND…'
///
/// The metrics are one JSON object: what the command's output, or standard input, ends with, from the last line that
/// begins with `{`. An object with `rows` holds several rows, each with a title `row` and its `metrics`; any other is the one row
/// `--row`. Commit and processor are those of this machine now; `--command` is what the log shows as the command, by default
/// the one that ran.
struct Recorder {
  private var options: [String: String] = [:]
  private var command: [String] = []

  init(_ arguments: some Sequence<String>) throws(Failure) {
    var rest = Array(arguments)[...]
    while let word = rest.popFirst() {
      if word == "--" {
        command = Array(rest)
        break
      }
      guard word.hasPrefix("--"), let value = rest.popFirst() else { throw Failure("'\(word)' needs a value") }
      options[String(word.dropFirst(2))] = value
    }
  }

  func record() throws(Failure) {
    let name = try option("name")
    guard let threads = Int(try option("threads")) else { throw Failure("--threads is a number") }
    let start = ContinuousClock.now
    let output = try command.isEmpty ? standardInput() : Recorder.output(of: command, echo: true)
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let peak = Recorder.peakMemoryOfChildren()  // before git runs, which is smaller anyway
    guard let seconds = command.isEmpty ? Double(try option("seconds")) : elapsed else {
      throw Failure("--seconds is a number")
    }
    let log = RunLog(
      table: try option("table"),
      command: command.isEmpty ? try option("command") : options["command"] ?? command.joined(separator: " "),
      commit: try measuredCommit(),
      processor: processor(), threads: threads, seconds: (seconds * 1000).rounded() / 1000,
      peakMiB: command.isEmpty ? nil : peak,
      rows: try rows(in: output))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let path = "\(RunLog.folder)/\(name).json"
    do {
      try FileManager.default.createDirectory(atPath: RunLog.folder, withIntermediateDirectories: true)
      try (encoder.encode(log) + Data("\n".utf8)).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Failure("\(path): \(error.localizedDescription)")
    }
    print("\(path): written")
  }

  private func option(_ name: String) throws(Failure) -> String {
    guard let value = options[name] else { throw Failure("record needs --\(name)") }
    return value
  }

  private func rows(in output: String) throws(Failure) -> [RunLog.Row] {
    struct Several: Decodable { let rows: [RunLog.Row] }
    let lines = output.split(separator: "\n")
    guard let first = lines.lastIndex(where: { $0.hasPrefix("{") }) else {
      throw Failure("the run printed no line that begins with '{'")
    }
    let data = Data(lines[first...].joined(separator: "\n").utf8)
    if let several = try? JSONDecoder().decode(Several.self, from: data) { return several.rows }
    do {
      return [RunLog.Row(row: try option("row"), metrics: try JSONDecoder().decode([String: Metric].self, from: data))]
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure("the run's last object cannot be read: \(error)")
    }
  }

  private func standardInput() throws(Failure) -> String {
    String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
  }

  /// The highest resident memory that a command of this process had, in MiB.
  private static func peakMemoryOfChildren() -> Double {
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_CHILDREN, &usage)
      return (Double(usage.ru_maxrss) / 1_048_576).rounded()
    #else
      getrusage(RUSAGE_CHILDREN.rawValue, &usage)
      return (Double(usage.ru_maxrss) / 1024).rounded()
    #endif
  }

  /// The commit that was measured; logs and documents may have changed since, code may not.
  private func measuredCommit() throws(Failure) -> String {
    if let commit = options["commit"] { return commit }
    let commit = try Recorder.output(of: ["git", "rev-parse", "--short=12", "HEAD"])
    let changes = try Recorder.output(of: [
      "git", "status", "--porcelain", "--", "Package.swift", "Sources", "Benchmarks",
    ])
    return commit.trimmingCharacters(in: .whitespacesAndNewlines) + (changes.isEmpty ? "" : "-dirty")
  }

  /// The processor's name and, where the name leaves it open, its widest vectors: they double what it computes.
  private func processor() -> String {
    let lines = (try? contents(of: "/proc/cpuinfo").split(separator: "\n")) ?? []
    func value(_ key: String) -> String? {
      guard let line = lines.first(where: { $0.hasPrefix(key) }), let colon = line.firstIndex(of: ":") else {
        return nil
      }
      return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    if let name = value("model name") {
      let flags = value("flags")?.split(separator: " ") ?? []
      let vectors = [("avx512f", "AVX-512"), ("avx2", "AVX2")].first { flags.contains(Substring($0.0)) }
      return [name, vectors?.1].compactMap { $0 }.joined(separator: ", ")
    }
    let brand = try? Recorder.output(of: ["sysctl", "-n", "machdep.cpu.brand_string"])
    return brand?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown processor"
  }

  /// Runs a command found in PATH and returns what it printed.
  private static func output(of command: [String], echo: Bool = false) throws(Failure) -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    do {
      try process.run()
    } catch {
      throw Failure("\(command[0]): \(error.localizedDescription)")
    }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if echo { FileHandle.standardError.write(data) }
    guard process.terminationStatus == 0 else {
      throw Failure("'\(command.joined(separator: " "))' failed with status \(process.terminationStatus)")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
