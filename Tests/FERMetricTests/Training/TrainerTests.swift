import FERMetric
import FERModels
import Foundation
import Synchronization
import Testing

@Suite(.serialized) struct TrainerTests {
  /// What a training reported.
  final class Reports: Sendable {
    private let state = Mutex<[TrainingEvent]>([])
    func add(_ event: TrainingEvent) { state.withLock { $0.append(event) } }
    var events: [TrainingEvent] { state.withLock { $0 } }
  }

  @Test func reportsBeginningStepsEpochsAndFiles() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("deep/run"))
    let reports = Reports()
    let result = try SmallTraining.trainer(.amtc3l(sampler: .mixed), folder: run.path).run { reports.add($0) }
    var (steps, epochs, saves) = ([Int](), [EpochMetrics](), 0)
    guard case .began(let summary)? = reports.events.first else {
      Issue.record("the first event is not the beginning")
      return
    }
    #expect(summary.trainingCount == 48 && summary.validationCount == 12 && summary.stepsPerEpoch == 6)
    for event in reports.events {
      switch event {
      case .step(let progress): steps.append(progress.step)
      case .epoch(let metrics, _): epochs.append(metrics)
      case .saved: saves += 1
      default: break
      }
    }
    #expect(steps == [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6])
    #expect(saves == 2 && epochs == result.epochs)
    #expect(try run.metrics.epochs() == epochs)

    let last = try #require(epochs.last)
    #expect(last.step == 12 && last.epoch == 2)
    let metric = try #require(last.metric)
    #expect((0.2...0.8).contains(try #require(metric.inclusionMean)))
    #expect(abs(try #require(metric.marginMean) - 64 * #require(metric.inclusionMean)) < 1e-3)
    #expect(metric.inactiveHinges == 0)
    #expect(metric.marginCrossEntropyCorrelation != nil)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: run.path).sorted()
        == ["best.safetensors", "config.json", "last.safetensors", "metrics.jsonl"])
  }

  /// Six steps with the factors 0, 1/6, … 5/6.
  @Test func aScheduledMarginIsReportedAsItWasTrainedWith() throws {
    let margin = ConstantMargin<Float>(4).scheduled(.linear(from: 0, to: 1, steps: 6))
    let objective = JointObjective(metric: TripletCenterLoss(sampler: .nearestCenter(), margin: margin))
    let epochs = try SmallTraining.trainer(.amtc3l(), epochs: 1, objective: objective).run().epochs
    let mean = try #require(epochs.first?.metric?.marginMean)
    #expect(abs(mean - 4 * 2.5 / 6) < 1e-6)
  }

  @Test func marginsThatDependOnTheNegativesAreTrainedWith() throws {
    let pairs = ClassPairMargin<Float>(classes: 7, margin: 4)
    let margins: [any MarginGenerator<Float>] = [pairs, pairs.scheduled(.linear(from: 0.5, to: 1, steps: 6))]
    for margin in margins {
      let objective = JointObjective(metric: TripletCenterLoss(sampler: .nearestCenter(), margin: margin))
      let epochs = try SmallTraining.trainer(.amtc3l(), epochs: 1, objective: objective).run().epochs
      let metric = try #require(epochs.first?.metric)
      #expect(metric.marginMean == nil && metric.marginCrossEntropyCorrelation == nil)
      #expect(try #require(epochs.first?.training.metricLoss) > 0)
    }
  }

  @Test func lossFalls() throws {
    let result = try SmallTraining.trainer(.tc3l(sampler: .mathSynth, lambda: 0.01), epochs: 4).run()
    let losses = result.epochs.map(\.training.crossEntropy)
    #expect(losses[3] < losses[0])
    #expect(result.isComplete && result.epochs.count == 4)
  }

  @Test func withoutValidationTheLastEpochIsKept() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    let faces = SyntheticFaces(trainCount: 33, testCount: 7, size: 32)
    let configuration = SmallTraining.configuration(nil)
    let result = try Trainer(faces, configuration, backend: .fastest, folder: run).run()
    #expect(result.bestEpoch == 2)
    #expect(result.epochs.allSatisfy { $0.validation == nil })
    // 33 pictures in batches of 8: the last one joins the fourth batch.
    #expect(result.epochs.map(\.step) == [4, 8])
    let (best, last) = (
      try Recognizer(run: run.path, weights: .best, backend: .fastest),
      try Recognizer(run: run.path, weights: .last, backend: .fastest)
    )
    let picture = faces.image(at: 0, in: .test)
    #expect(best.predict(picture) == last.predict(picture))
  }

  @Test func aLossThatIsNotFiniteStopsWithNames() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    var trainer = SmallTraining.trainer(nil, folder: run.path)
    trainer.configuration.rate = 1e30
    let error = #expect(throws: TrainingError.self) { try trainer.run() }
    guard case .notFinite(_, epoch: 1, let step, rate: 1e30, let pictures)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(step > 1 && pictures.count == 8)
    #expect(!FileManager.default.fileExists(atPath: run.path), "a run without an epoch leaves nothing behind")
  }

  @Test func tooFewPicturesAreRefusedBeforeAnythingIsWritten() throws {
    let folder = try TemporaryFolder()
    var faces = SelectedDataset(SyntheticFaces(trainCount: 7, testCount: 7, size: 32))
    faces[.train].removeLast(6)
    let run = folder("run")
    let trainer = Trainer(
      faces, SmallTraining.configuration(nil), backend: .fastest, folder: RunFolder(run))
    #expect(throws: TrainingError.tooFewPictures(name: "synthetic faces", count: 1)) { try trainer.run() }
    #expect(!FileManager.default.fileExists(atPath: run))
  }

  @Test func aPictureThatCannotBeReadIsNamed() throws {
    struct Broken: Error, CustomStringConvertible { let description = "out of ink" }
    struct Faces: FaceDataset {
      let name = "sketches"
      let classNames = ["a", "b"]
      func samples(in split: Split) -> [FaceSample] {
        split == .train ? (0..<8).map { FaceSample(source: .index($0), label: $0 % 2) } : []
      }
      func image(of sample: FaceSample) throws -> RGBImage {
        if sample.source == .index(5) { throw Broken() }
        return RGBImage(width: 32, height: 32, red: 90, green: 120, blue: 30)
      }
    }
    var configuration = SmallTraining.configuration(nil)
    configuration.model.classes = 2
    #expect(throws: TrainingError.picture(name: "sketches #5", reason: "out of ink")) {
      try Trainer(Faces(), configuration, backend: .fastest).run()
    }
  }

  @Test func startsFromTheTrunkOfOtherWeights() throws {
    let folder = try TemporaryFolder()
    let first = RunFolder(folder("first"))
    _ = try SmallTraining.trainer(nil, epochs: 1, folder: first.path).run()
    var trainer = SmallTraining.trainer(.amtc3l(), epochs: 1)
    trainer.configuration.initialWeights = first.best
    let reports = Reports()
    _ = try trainer.run { reports.add($0) }
    let notes = reports.events.compactMap { if case .note(let sentence) = $0 { sentence } else { nil } }
    #expect(notes.contains { $0.contains("drawn anew: attention.") })

    trainer.configuration.model.width = 0.25
    #expect(throws: WeightLoadError.self) { try trainer.run() }
  }
}
