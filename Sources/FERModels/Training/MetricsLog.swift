import Foundation

/// `metrics.jsonl`: one JSON object a line, one line an epoch, in order.
///
/// It is the only file of a run that holds wall times; all others are the same whenever the run is repeated. When a
/// training goes on from an earlier state the lines of later epochs are cut off, and so is a line that a power failure
/// left unfinished.
public struct MetricsLog: Sendable {
  /// The file.
  public let path: String

  public init(path: String) {
    self.path = path
  }

  /// The epochs that the file holds; empty if there is no file.
  ///
  /// Reading ends at the first line that is not complete.
  /// - Throws: ``TrainingError/unreadable(path:reason:)``.
  public func epochs() throws(TrainingError) -> [EpochMetrics] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw .unreadable(path: path, reason: systemReason(of: error))
    }
    var epochs: [EpochMetrics] = []
    for line in data.split(separator: UInt8(ascii: "\n")) {
      guard let epoch = try? JSONDecoder().decode(EpochMetrics.self, from: line) else { break }
      epochs.append(epoch)
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
  /// - Throws: ``TrainingError/unwritable(path:reason:)``; the file is unchanged then.
  public func cutBack(toEpochs count: Int) throws(TrainingError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    try write(try epochs().filter { $0.epoch <= count })
  }

  private func write(_ epochs: [EpochMetrics]) throws(TrainingError) {
    try AtomicFile.write(epochs.map { json($0, pretty: false) + "\n" }.joined(), to: path)
  }
}

/// JSON with keys in order, the same bytes for the same value; numbers that JSON has no word for become null.
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
