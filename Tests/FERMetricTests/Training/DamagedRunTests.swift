import FERMetric
import Foundation
import Testing

@testable import FERModels

/// What becomes of a run that was killed, moved or tampered with.
@Suite(.serialized) struct DamagedRunTests {
  private func finishedRun(_ folder: borrowing TemporaryFolder, _ metric: MetricTerm? = nil) throws -> RunFolder {
    let run = RunFolder(folder("run"))
    _ = try SmallTraining.trainer(metric, epochs: 1, folder: run.path).run()
    return run
  }

  private func names(in path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  @Test func aRunKilledWhileItBeganIsBegunAgain() throws {
    let folder = try TemporaryFolder()
    let run = try finishedRun(folder)
    let killed = RunFolder(folder("killed"))
    try FileManager.default.createDirectory(atPath: killed.path, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: run.configuration, toPath: killed.configuration)
    try Data(count: 100).write(to: URL(filePath: killed.last + ".2f3g.partial"))
    let trainer = SmallTraining.trainer(nil, epochs: 1, folder: killed.path)
    #expect(throws: TrainingError.runExists(path: killed.path)) { try trainer.run() }
    #expect(try trainer.run(resume: true).isComplete)
    #expect(try contents(run.last) == contents(killed.last))
    #expect(try contents(run.best) == contents(killed.best))
    #expect(try names(in: killed.path) == ["best.safetensors", "config.json", "last.safetensors", "metrics.jsonl"])
  }

  @Test func resumingRemovesWhatAKilledWriterLeft() throws {
    let folder = try TemporaryFolder()
    let run = try finishedRun(folder)
    for file in [run.last, run.best, run.configuration, run.metrics.path] {
      try Data(count: 10).write(to: URL(filePath: file + ".0abc.partial"))
    }
    try Data(count: 10).write(to: URL(filePath: run.path + "/mine.partial"))
    _ = try SmallTraining.trainer(nil, epochs: 1, folder: run.path).run(resume: true)
    #expect(
      try names(in: run.path)
        == ["best.safetensors", "config.json", "last.safetensors", "metrics.jsonl", "mine.partial"])
  }

  @Test func aFailedRunLeavesItsNeighboursAlone() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("new/runs/first"))
    var trainer = SmallTraining.trainer(nil, folder: run.path)
    trainer.configuration.rate = 1e30
    let neighbour = folder("new/runs/second/last.safetensors")
    #expect(throws: TrainingError.self) {
      try trainer.run { event in
        guard case .began = event else { return }
        try? FileManager.default.createDirectory(
          atPath: (neighbour as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try? Data([1, 2, 3]).write(to: URL(filePath: neighbour))
      }
    }
    #expect(try contents(neighbour) == Data([1, 2, 3]))
    #expect(!FileManager.default.fileExists(atPath: run.path))
  }

  @Test func aStateThatIsNotFiniteIsNotSaved() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    var trainer = SmallTraining.trainer(nil, folder: run.path)
    // The loss of the first step is finite, but the weights after it are not.
    (trainer.configuration.rate, trainer.configuration.weightDecay) = (10, 3e38)
    let stop = StopSignal()
    let error = #expect(throws: TrainingError.self) {
      try trainer.run(stop: stop) { if case .step = $0 { stop.request() } }
    }
    guard case .notFinite(_, epoch: 1, step: 1, rate: 10, pictures: [])? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(!FileManager.default.fileExists(atPath: run.path))
  }

  @Test func everyPieceOfTheStateIsLookedAt() throws {
    var state = TrainingState(SmallTraining.configuration(.amtc3l(sampler: .networkSemantic)), objective: nil)
    #expect(state.firstNonfinite == nil)
    var other = state
    other.centers?.matrix[0, 0] = .nan
    #expect(other.firstNonfinite == "centers.matrix")
    other = state
    other.optimizer.restoreVelocity(Tensor([.infinity]), named: "conv1.weight")
    #expect(other.firstNonfinite == "momentum.conv1.weight")
    state.model.visitBuffers { name, buffer in
      if name == "bn1.running_var", case .values(var values) = buffer {
        values[0] = .infinity
        buffer = .values(values)
      }
    }
    #expect(state.firstNonfinite == "bn1.running_var")
  }

  @Test func otherDataAreRefused() throws {
    let folder = try TemporaryFolder()
    let run = try finishedRun(folder)
    var trainer = SmallTraining.trainer(nil, epochs: 1, folder: run.path)
    var faces = SmallTraining.faces
    faces[.train][3].label = (faces[.train][3].label + 1) % 7
    trainer.dataset = faces
    let error = #expect(throws: TrainingError.self) { try trainer.run(resume: true) }
    guard case .dataChanged(path: run.last, name: "synthetic faces", _, _)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
  }

  @Test func aDataSetMayMoveAsAWhole() {
    func digest(_ root: String, _ pictures: String...) -> String {
      struct Pictures: FaceDataset {
        let name = "pictures"
        let classNames = ["a", "b"]
        let paths: [String]
        func samples(in split: Split) -> [FaceSample] {
          split == .train ? paths.map { FaceSample(source: .file($0), label: 1) } : []
        }
        func image(of sample: FaceSample) -> RGBImage { RGBImage(width: 1, height: 1, red: 0, green: 0, blue: 0) }
      }
      return DataDigest(Pictures(paths: pictures.map { root + $0 })).description
    }
    let expected = digest("faces/", "x/1.png", "y/2.png")
    #expect(expected.hasPrefix("2 training and 0 validation pictures ("))
    #expect(digest("/mnt/other/", "x/1.png", "y/2.png") == expected)
    #expect(digest("faces/", "x/1.png", "y/3.png") != expected)
    #expect(digest("faces/", "y/2.png", "x/1.png") != expected)
  }

  @Test func theFolderOfTheDataIsNoSetting() {
    var one = SmallTraining.configuration(nil)
    one.source = DataSource(path: "faces", layout: .folder)
    var other = one
    other.source?.path = "/mnt/faces"
    #expect(one.firstDifference(from: other) == nil)
    other.source?.layout = .rafDB
    #expect(one.firstDifference(from: other)?.setting == "source.layout")
  }

  @Test func velocitiesMustBeThere() throws {
    let folder = try TemporaryFolder()
    let run = try finishedRun(folder)
    try rewrite(run.last, keeping: { $0 != "momentum.head.fc.bias" })
    #expect(throws: TrainingError.malformedRun(path: run.last, reason: "momentum.head.fc.bias is missing")) {
      try SmallTraining.trainer(nil, epochs: 1, folder: run.path).run(resume: true)
    }
  }

  @Test func aCounterOfAnotherLengthIsRefused() throws {
    let folder = try TemporaryFolder()
    let metric = MetricTerm.amtc3l(sampler: .random)
    let run = try finishedRun(folder, metric)
    try rewrite(
      run.last,
      metadata: {
        $0.replacing(#""objective.metric.sampler.steps":[6]"#, with: #""objective.metric.sampler.steps":[6,6]"#)
      })
    #expect(
      throws: TrainingError.malformedRun(
        path: run.last, reason: "objective.metric.sampler.steps has 2 numbers, not 1")
    ) {
      try SmallTraining.trainer(metric, epochs: 1, folder: run.path).run(resume: true)
    }
  }

  @Test func epochsThatAreLostFromTheLogAreNoticed() throws {
    let folder = try TemporaryFolder()
    let run = try finishedRun(folder)
    try FileManager.default.removeItem(atPath: run.metrics.path)
    #expect(
      throws: TrainingError.malformedRun(
        path: run.metrics.path, reason: "of the 1 epochs that are done the file holds 0")
    ) {
      try SmallTraining.trainer(nil, epochs: 1, folder: run.path).run(resume: true)
    }
  }
}
