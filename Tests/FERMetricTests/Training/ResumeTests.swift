import FERMetric
import FERModels
import Foundation
import Synchronization
import Testing

/// A run that is stopped and resumed leaves the same bytes as one that is not.
@Suite(.serialized) struct ResumeTests {
  /// Stops after `step` steps; each epoch has 6.
  private func trainStopping(after step: Int, _ trainer: Trainer) throws -> TrainingResult {
    let stop = StopSignal()
    let steps = Atomic(0)
    return try trainer.run(stop: stop) { event in
      guard case .step = event else { return }
      if steps.add(1, ordering: .relaxed).newValue == step { stop.request() }
    }
  }

  /// Steps inside an epoch: the first and the last but one of each of the two epochs, and any between.
  @Test(arguments: [
    (MetricTerm.Sampler.networkSemantic, [1, 11, Int.random(in: 2...4)]), (.random, [5, 7]),
  ])
  func resumingChangesNoByte(sampler: MetricTerm.Sampler, steps: [Int]) throws {
    let folder = try TemporaryFolder()
    let whole = RunFolder(folder("whole"))
    let metric = MetricTerm.amtc3l(sampler: sampler, lambda: 0.1)
    let uninterrupted = try SmallTraining.trainer(metric, folder: whole.path).run()
    #expect(uninterrupted.epochs.allSatisfy { $0.seconds != nil })
    for step in steps {
      try compare(whole, uninterrupted, RunFolder(folder("stopped-\(step)")), stoppedAfter: step, metric)
    }
  }

  private func compare(
    _ whole: RunFolder, _ uninterrupted: TrainingResult, _ parts: RunFolder, stoppedAfter step: Int,
    _ metric: MetricTerm
  ) throws {
    let stopped = try trainStopping(after: step, SmallTraining.trainer(metric, folder: parts.path))
    #expect(!stopped.isComplete)
    #expect(try contents(whole.last) != contents(parts.last))
    let resumed = try SmallTraining.trainer(metric, folder: parts.path).run(resume: true)
    #expect(resumed.isComplete)

    for (expected, found) in [
      (whole.last, parts.last), (whole.best, parts.best), (whole.configuration, parts.configuration),
    ] {
      #expect(
        try SHA256.digest(ofFile: expected) == SHA256.digest(ofFile: found), "\(expected), stopped after step \(step)")
    }
    func withoutTimes(_ epochs: [EpochMetrics]) -> [EpochMetrics] {
      epochs.map { epoch in
        var epoch = epoch
        (epoch.seconds, epoch.picturesPerSecond) = (nil, 0)
        return epoch
      }
    }
    #expect(try withoutTimes(whole.metrics.epochs()) == withoutTimes(parts.metrics.epochs()))
    #expect(withoutTimes(uninterrupted.epochs) == withoutTimes(resumed.epochs))
    #expect(resumed.epochs.map { $0.seconds == nil } == [step < 6, step > 6], "only the epoch of the stop has no time")
  }

  @Test func resumingAFinishedRunDoesNothing() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    _ = try SmallTraining.trainer(nil, epochs: 1, folder: run.path).run()
    let before = try contents(run.last)
    let again = try SmallTraining.trainer(nil, epochs: 1, folder: run.path).run(resume: true)
    #expect(again.isComplete && again.epochs.count == 1 && again.bestEpoch == 1)
    #expect(try contents(run.last) == before)
  }

  @Test func metricsAreCutBackToTheState() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    let stopped = try trainStopping(after: 8, SmallTraining.trainer(nil, folder: run.path))
    #expect(stopped.epochs.count == 1)
    var second = try #require(try run.metrics.epochs().first)
    second.epoch = 2
    try run.metrics.append(second)
    let stop = StopSignal()
    stop.request()
    _ = try SmallTraining.trainer(nil, folder: run.path).run(resume: true, stop: stop)
    #expect(try run.metrics.epochs().map(\.epoch) == [1])
  }

  @Test func anotherSettingIsRefusedByName() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    _ = try SmallTraining.trainer(nil, epochs: 1, folder: run.path).run()
    var trainer = SmallTraining.trainer(nil, epochs: 1, folder: run.path)
    trainer.configuration.rate = 0.25
    #expect(
      throws: TrainingError.settingChanged(
        path: run.configuration, setting: "rate", recorded: "0.05", given: "0.25")
    ) { try trainer.run(resume: true) }
  }

  @Test func aFolderWithARunIsRefused() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    _ = try SmallTraining.trainer(nil, epochs: 1, folder: run.path).run()
    let before = try contents(run.last)
    #expect(throws: TrainingError.runExists(path: run.path)) {
      try SmallTraining.trainer(nil, epochs: 1, folder: run.path).run()
    }
    #expect(try contents(run.last) == before)
    #expect(throws: TrainingError.noRun(path: folder.path, missing: "config.json")) {
      try SmallTraining.trainer(nil, epochs: 1, folder: folder.path).run(resume: true)
    }
  }
}
