import FERMetric
import Foundation
import Testing

@testable import FERModels

/// What becomes of a run that was killed, moved or tampered with.
@Suite(.serialized) struct DamagedRunTests {
  /// The pictures of each class, for states that no data set has begun.
  private static let counts = [Int](repeating: 1, count: 7)

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
    var state = TrainingState(
      SmallTraining.configuration(.amtc3l(sampler: .networkSemantic)), counts: Self.counts, objective: nil)
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
    other = one
    other.source?.identitySeparator = "_"
    #expect(one.firstDifference(from: other)?.setting == "source.identitySeparator")
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

  /// Restores a state at its beginning from a file that was changed, and returns the refusal.
  private func refusal(
    _ metric: any MetricLoss<Float>, replacing old: String = "", with new: String = "",
    changing: (_ name: String, _ tensor: inout Tensor<Float>) -> Void = { _, _ in }
  ) throws -> String? {
    let folder = try TemporaryFolder()
    let path = folder("last.safetensors")
    var state = TrainingState(
      SmallTraining.configuration(nil), counts: Self.counts, objective: JointObjective(metric: metric))
    let description = ModelDescription(
      model: state.model.configuration, classNames: SmallTraining.faces.classNames, transform: EvaluationTransform())
    let digest = DataDigest(SmallTraining.faces)
    try state.writer(description, data: digest).write(to: path)
    try state.restore(from: SafetensorsFile(contentsOf: path), data: digest)
    try rewrite(path, metadata: { old.isEmpty ? $0 : $0.replacing(old, with: new) }, changing: changing)
    do {
      try state.restore(from: SafetensorsFile(contentsOf: path), data: digest)
      return nil
    } catch TrainingError.malformedRun(path, let reason) {
      return reason
    }
  }

  @Test func valuesThatNoTrainingLeavesAreRefused() throws {
    let largest = "[\(UInt64.max)]"
    func expectRefusal(
      _ metric: any MetricLoss<Float>, _ name: String, _ old: [UInt64], _ new: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let (name, numbers) = ("objective.metric." + name, old.map(String.init).joined(separator: ","))
      let reason = try refusal(metric, replacing: "\"\(name)\":[\(numbers)]", with: "\"\(name)\":\(new)")
      #expect(reason == "\(name) holds numbers that no training leaves", sourceLocation: sourceLocation)
    }
    let sampled = TripletCenterLoss<Float>(sampler: .randomCenter())
    try expectRefusal(sampled, "sampler.steps", [0], largest)
    let semantic = TripletCenterLoss<Float>(sampler: .networkSemantic())
    try expectRefusal(semantic, "sampler.steps", [0], largest)
    try expectRefusal(DistillationTripletLoss<Float>(), "steps", [0], largest)
    let scheduled = TripletCenterLoss<Float>(
      margin: ConstantMargin(1).scheduled(.linear(from: 0, to: 1, steps: 3)))
    try expectRefusal(scheduled, "margin.step", [0], largest)

    let learned = TripletCenterLoss<Float>(margin: .learned(initial: 1, lowerBound: 0.5))
    for value: Double in [0.25, -1, .nan, .infinity] {
      try expectRefusal(learned, "margin.values", [Double(1).bitPattern], "[\(value.bitPattern)]")
    }
    let memory = CrossBatchMemory(ContrastiveLoss<Float>(), capacity: 8, dimension: 64)
    for ring in ["[8,8]", "[0,9]", "[3,2]", "[\(UInt64.max),8]"] { try expectRefusal(memory, "ring", [0, 0], ring) }

    var options = AttentiveTripletOptions()
    options.metric = .covariance()
    let covariance = AttentiveTripletLoss<Float>(dimension: 64, options: options)
    try expectRefusal(covariance, "covarianceBatches", [0], largest)
    let reason = try refusal(covariance) { name, tensor in
      if name == "objective.metric.covariance" { (tensor[0, 0], tensor[1, 1]) = (-1, 2) }
    }
    #expect(reason == "objective.metric.covariance holds numbers that no training leaves")

    let cluster = TupletClusterLoss<Float>(gap: 0.4)
    #expect(
      try refusal(cluster) { name, tensor in if name == "objective.metric.reference" { tensor[0] = 0.1 } }
        == "objective.metric.reference holds numbers that no training leaves")
    let pairs = ClassPairTripletLoss<Float>(classes: 7)
    #expect(
      try refusal(pairs) { name, tensor in if name == "objective.metric.margins" { tensor[2, 3] = 0 } }
        == "objective.metric.margins holds numbers that no training leaves")
    #expect(
      try refusal(sampled, replacing: "\"step\":0", with: "\"step\":\(Int.max)")
        == "the state of the training holds counts out of range")
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
