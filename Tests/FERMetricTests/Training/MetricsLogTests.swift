import Foundation
import Testing

@testable import FERModels

@Suite struct MetricsLogTests {
  private func metrics(_ epoch: Int, seconds: Double = 1) -> EpochMetrics {
    EpochMetrics(
      epoch: epoch, step: 10 * epoch, rate: 0.05,
      training: .init(loss: 1.5, crossEntropy: 1.25, metricLoss: nil, accuracy: 0.5),
      validation: .init(accuracy: 0.75, meanClassAccuracy: 0.5), metric: nil, seconds: seconds, picturesPerSecond: 100)
  }

  private func temporaryLog() -> MetricsLog {
    MetricsLog(path: FileManager.default.temporaryDirectory.appending(path: "metrics-\(UUID()).jsonl").path)
  }

  @Test func keepsALineForEachEpoch() throws {
    let log = temporaryLog()
    defer { try? FileManager.default.removeItem(atPath: log.path) }
    #expect(try log.epochs().isEmpty)
    for epoch in 1...3 { try log.append(metrics(epoch)) }
    #expect(try log.epochs() == [metrics(1), metrics(2), metrics(3)])
    let text = try String(contentsOfFile: log.path, encoding: .utf8)
    #expect(text.split(separator: "\n").count == 3)
  }

  @Test func replacesAnEpochThatIsTrainedAgain() throws {
    let log = temporaryLog()
    defer { try? FileManager.default.removeItem(atPath: log.path) }
    for epoch in 1...3 { try log.append(metrics(epoch)) }
    try log.append(metrics(2, seconds: 9))
    #expect(try log.epochs() == [metrics(1), metrics(2, seconds: 9)])
    try log.cutBack(toEpochs: 1)
    #expect(try log.epochs() == [metrics(1)])
  }

  @Test func stopsAtAnUnfinishedLine() throws {
    let log = temporaryLog()
    defer { try? FileManager.default.removeItem(atPath: log.path) }
    try log.append(metrics(1))
    let handle = try FileHandle(forWritingTo: URL(filePath: log.path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(#"{"epoch":2,"st"#.utf8))
    try handle.close()
    #expect(try log.epochs() == [metrics(1)])
    try log.append(metrics(2))
    #expect(try log.epochs() == [metrics(1), metrics(2)])
  }

  @Test func refusesABadLineBeforeGoodOnes() throws {
    let log = temporaryLog()
    defer { try? FileManager.default.removeItem(atPath: log.path) }
    for epoch in 1...3 { try log.append(metrics(epoch)) }
    let text = try String(contentsOfFile: log.path, encoding: .utf8).replacing(#""epoch":2"#, with: #""epoch":two"#)
    try Data(text.utf8).write(to: URL(filePath: log.path))
    for attempt in [{ _ = try log.epochs() }, { try log.append(metrics(4)) }, { _ = try log.cutBack(toEpochs: 3) }] {
      let error = #expect(throws: TrainingError.self) { try attempt() }
      #expect("\(try #require(error))".hasPrefix(log.path + ": line 2 holds no epoch"))
    }
    #expect(try String(contentsOfFile: log.path, encoding: .utf8) == text)
  }

  @Test func keepsNumbersThatJSONLacks() throws {
    let log = temporaryLog()
    defer { try? FileManager.default.removeItem(atPath: log.path) }
    var odd = metrics(1)
    odd.training.loss = .infinity
    try log.append(odd)
    #expect(try log.epochs() == [odd])
  }

  @Test func refusesToCutBackToEpochsThatAreNotThere() throws {
    let log = temporaryLog()
    defer { try? FileManager.default.removeItem(atPath: log.path) }
    #expect(try log.cutBack(toEpochs: 0).isEmpty)
    try log.append(metrics(1))
    let text = try String(contentsOfFile: log.path, encoding: .utf8)
    #expect(throws: TrainingError.self) { try log.cutBack(toEpochs: 2) }
    #expect(try String(contentsOfFile: log.path, encoding: .utf8) == text)
  }

  @Test func namesAPlaceThatCannotBeWritten() throws {
    let log = MetricsLog(path: "/nowhere/metrics.jsonl")
    let error = #expect(throws: TrainingError.self) { try log.append(metrics(1)) }
    #expect("\(try #require(error))".hasPrefix("/nowhere/metrics.jsonl: cannot be written: No such file"))
  }
}
