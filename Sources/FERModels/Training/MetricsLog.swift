import Foundation

/// `metrics.jsonl`: one JSON object a line, one line an epoch, in order.
///
/// It is the only file of a run that holds wall times; all others are the same whenever the run is repeated. When a
/// training goes on from an earlier state the lines of later epochs are cut off, and so is a last line that a power
/// failure left unfinished.
public struct MetricsLog: Sendable {
  /// The file.
  public let path: String

  /// Names the file, which need not exist.
  public init(path: String) {
    self.path = path
  }

  /// The epochs that the file holds; empty if there is no file.
  ///
  /// A last line that is not complete is passed over.
  /// - Throws: ``TrainingError/unreadable(path:reason:)``, or ``TrainingError/malformedRun(path:reason:)`` for another
  ///   line that holds no epoch.
  public func epochs() throws(TrainingError) -> [EpochMetrics] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw .unreadable(path: path, reason: systemReason(of: error))
    }
    var epochs: [EpochMetrics] = []
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let last = lines.lastIndex { !$0.isEmpty } ?? 0
    for (number, line) in lines.enumerated() where !line.isEmpty {
      do {
        epochs.append(try decoded(EpochMetrics.self, from: line))
      } catch {
        guard number < last else { break }
        throw .malformedRun(path: path, reason: "line \(number + 1) holds no epoch: \(oneLine(error))")
      }
    }
    return epochs
  }

  /// Adds an epoch, in place of what the file says of it and of later ones.
  ///
  /// - Throws: ``TrainingError/unwritable(path:reason:)``; the file is unchanged then.
  public func append(_ metrics: EpochMetrics) throws(TrainingError) {
    try write(try epochs().filter { $0.epoch < metrics.epoch } + [metrics])
  }

  /// Keeps the first `count` epochs.
  ///
  /// - Returns: The epochs that are kept.
  /// - Precondition: `count` is not negative.
  /// - Throws: ``TrainingError/unwritable(path:reason:)``, or ``TrainingError/malformedRun(path:reason:)`` if one of
  ///   these epochs is not there; the file is unchanged then.
  @discardableResult
  public func cutBack(toEpochs count: Int) throws(TrainingError) -> [EpochMetrics] {
    precondition(count >= 0, "there are no \(count) epochs to keep")
    let all = try epochs()
    let kept = all.filter { $0.epoch <= count }
    guard kept.map(\.epoch) == Array(1..<count + 1) else {
      throw .malformedRun(path: path, reason: "of the \(count) epochs that are done the file holds \(kept.count)")
    }
    if FileManager.default.fileExists(atPath: path) { try write(kept) }
    return kept
  }

  private func write(_ epochs: [EpochMetrics]) throws(TrainingError) {
    try AtomicFile.write(epochs.map { json($0, pretty: false) + "\n" }.joined(), to: path)
  }
}

/// JSON with keys in order, the same bytes for the same value; numbers that JSON has no word for become the strings
/// `NaN`, `Infinity` and `-Infinity`, which ``decoded(_:from:)`` reads.
func json(_ value: some Encodable, pretty: Bool) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
  guard let data = try? encoder.encode(value) else {
    preconditionFailure("\(type(of: value)) cannot be written as JSON")
  }
  return String(decoding: data, as: UTF8.self)
}

/// Reads what ``json(_:pretty:)`` writes.
func decoded<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
  let decoder = JSONDecoder()
  decoder.nonConformingFloatDecodingStrategy = .convertFromString(
    positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
  return try decoder.decode(type, from: data)
}
