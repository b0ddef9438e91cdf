import FERMetric
import FERModels
import Foundation
import Synchronization
import Testing

/// Walks the registry: every loss trains a small network on drawn faces, falls, and is saved and resumed whole.
@Suite(.serialized) struct LossRegistryTrainingTests {
  /// All losses; with the reference kernels alone, which take a minute for what others do in a second, one of them.
  private static let trained: [LossName] = {
    #if (OneDNN || OpenBLAS) && os(Linux)
      LossName.allCases
    #else
      [.softTriple]
    #endif
  }()

  /// A short training by cross-entropy that teaches the losses which learn from a teacher.
  private func teach(in folder: TemporaryFolder) throws -> String {
    _ = try SmallTraining.trainer(nil, folder: folder("teacher")).run()
    return folder("teacher")
  }

  private func trainer(
    _ name: LossName, epochs: Int, teacher: String?, folder: String? = nil
  ) -> Trainer {
    var configuration = SmallTraining.configuration(nil, epochs: epochs)
    configuration.batchSize = 16
    configuration.threads = 1
    configuration.rate = 0.02
    configuration.schedule = .constant
    configuration.augmentation = TrainingAugmentation(size: 32, erasing: name.readsTeacher ? RandomErasing() : nil)
    name.apply(to: &configuration)
    configuration.named?.teacher = teacher
    return Trainer(
      SmallTraining.faces, configuration, backend: .fastest, folder: folder.map { RunFolder($0) })
  }

  /// 32 drawn faces of four people, always seen in the same way, as one batch.
  private struct FewPeople: FaceDataset {
    private let faces = SyntheticFaces(trainCount: 32, testCount: 8, size: 32)
    let name = "few people"
    var classNames: [String] { faces.classNames }

    func samples(in split: Split) -> [FaceSample] {
      faces.samples(in: split).enumerated().map { place, sample in
        FaceSample(source: sample.source, label: sample.label, identity: place % 4)
      }
    }

    func image(of sample: FaceSample) -> RGBImage { faces.image(of: sample) }

    /// The share of the largest class.
    var largestShare: Double {
      let labels = samples(in: .train).map(\.label)
      let largest = classNames.indices.map { label in labels.count { $0 == label } }.max() ?? 0
      return Double(largest) / Double(labels.count)
    }
  }

  /// The settings of Docs/Method.md with which forty steps of a loss show.
  private static func adapt(_ configuration: inout TrainingConfiguration, to name: LossName) {
    switch name {
    // At λ 0.1 cross-entropy leads.
    case .proxyNCA: configuration.named?.lambda = 1
    // A mean over coordinates has a small gradient.
    case .centerQuaterion: configuration.named?.centerUpdate = .gradient(rate: 32)
    // As predictions improve, mixed sampling takes nearer negatives: the loss itself has to be what moves the network.
    case .tc3l, .amtc3l:
      configuration.rate = 0.1
      configuration.metric?.lambda = 1
      configuration.metric?.centerUpdate = .gradient(rate: 10)
    default: break
    }
  }

  /// The part of an epoch's loss that training can lower.
  private static func measure(_ epoch: EpochMetrics, of name: LossName) -> Double {
    let loss = epoch.training.metricLoss ?? epoch.training.loss
    switch name {
    // The mean over positive losses is taken over fewer and fewer of them: here it is taken over all.
    case .batchAll: return (1 - (epoch.metric?.inactiveHinges ?? 0)) * loss
    // Nearly all of the loss is its margin, which AMTC3L's weights move besides, and of each unit of margin about 1 − p
    // remains with recognised pictures, p being the share of the largest class: Docs/Method.md says why.
    case .tc3l, .amtc3l: return loss / (epoch.metric?.marginMean ?? .nan) - (1 - FewPeople().largestShare)
    default: return loss
    }
  }

  @Test(arguments: trained) func fortyStepsOnABatchLowerTheLoss(_ name: LossName) throws {
    let folder = try TemporaryFolder()
    var configuration = trainer(name, epochs: 41, teacher: name.readsTeacher ? try teach(in: folder) : nil)
      .configuration
    configuration.batchSize = 32
    Self.adapt(&configuration, to: name)
    configuration.augmentation = TrainingAugmentation(
      size: 32, shortSides: [32], flipProbability: 0, erasing: name.readsTeacher ? RandomErasing() : nil)
    let result = try Trainer(FewPeople(), configuration, backend: .fastest).run()
    let losses = result.epochs.map { Self.measure($0, of: name) }
    // A few candidates are drawn anew for each step, and the loss is a matter of luck: the mean of ten is not.
    let last = losses.suffix(name == .distillation ? 10 : 1)
    let share = last.reduce(0, +) / Double(last.count) / losses[0]
    #expect(result.epochs[40].step == 41)
    let most = try RemainderTable()[name]
    #expect(losses[0] > 0 && share <= most, "\(name.rawValue): \(share) remains, at most \(most) may: \(losses)")
  }

  @Test(arguments: trained) func resumingChangesNoByte(_ name: LossName) throws {
    let folder = try TemporaryFolder()
    let teacher = name.readsTeacher ? try teach(in: folder) : nil
    let (whole, parts) = (RunFolder(folder("whole")), RunFolder(folder("parts")))
    _ = try trainer(name, epochs: 2, teacher: teacher, folder: whole.path).run()
    let stop = StopSignal()
    let steps = Atomic(0)
    let stopped = try trainer(name, epochs: 2, teacher: teacher, folder: parts.path).run(stop: stop) { event in
      guard case .step = event else { return }
      if steps.add(1, ordering: .relaxed).newValue == 4 { stop.request() }
    }
    #expect(!stopped.isComplete)
    _ = try trainer(name, epochs: 2, teacher: teacher, folder: parts.path).run(resume: true)
    for (expected, found) in [
      (whole.last, parts.last), (whole.best, parts.best), (whole.configuration, parts.configuration),
    ] {
      #expect(try contents(expected) == contents(found), "\(expected)")
    }
  }

  @Test func aLossThatReadsPeopleIsRefusedWithoutThem() throws {
    var configuration = SmallTraining.configuration(nil)
    LossName.fiveTuplet.apply(to: &configuration)
    let trainer = Trainer(InMemoryFaces(trainCounts: [2, 2, 2, 2, 2, 2, 2]), configuration, backend: .fastest)
    let error = #expect(throws: TrainingError.self) { try trainer.run() }
    #expect(error == .unknownPeople(name: "in memory", loss: "five-tuplet"))
  }

  @Test func aTeacherOfAnotherWidthIsRefused() throws {
    let folder = try TemporaryFolder()
    var configuration = trainer(.distillation, epochs: 1, teacher: try teach(in: folder)).configuration
    configuration.model.embeddingDim = 80
    let trainer = Trainer(SmallTraining.faces, configuration, backend: .fastest)
    let error = #expect(throws: TrainingError.self) { try trainer.run() }
    #expect(error?.description.contains("its embeddings have 64 numbers, the student's 80") == true)
  }

  @Test func aRunIsNotResumedWithAnotherTeacher() throws {
    let folder = try TemporaryFolder()
    let teacher = try teach(in: folder)
    let stop = StopSignal()
    _ = try trainer(.distillation, epochs: 1, teacher: teacher, folder: folder("run")).run(stop: stop) { event in
      if case .step = event { stop.request() }
    }
    let before = try contents(RunFolder(folder("run")).last)
    try rewrite(RunFolder(teacher).best, changing: { name, tensor in if name == "conv1.weight" { tensor *= 1.01 } })
    let resumed = trainer(.distillation, epochs: 1, teacher: teacher, folder: folder("run"))
    let error = #expect(throws: TrainingError.self) { try resumed.run(resume: true) }
    guard case .teacherChanged(path: RunFolder(folder("run")).last, teacher: teacher)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try contents(RunFolder(folder("run")).last) == before)
  }

  @Test func aTermWithoutItsNeedsIsRefused() {
    var configuration = SmallTraining.configuration(nil)
    LossName.distillation.apply(to: &configuration)
    #expect(configuration.objection?.contains("teacher") == true)
    configuration.named = NamedLossTerm(.supCon, teacher: "runs/a")
    #expect(configuration.objection?.contains("no teacher") == true)
    configuration.named = NamedLossTerm(.supCon, lambda: -1)
    #expect(configuration.objection?.contains("λ") == true)
    configuration.named = NamedLossTerm(.sparseCenter)
    #expect(configuration.objection?.contains("attention") == true)
    configuration.named = NamedLossTerm(.focal)
    #expect(configuration.objection?.contains("classification") == true)
  }
}
