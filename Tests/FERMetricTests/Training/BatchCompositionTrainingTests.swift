import FERMetric
import FERModels
import Foundation
import Synchronization
import Testing

/// Trainings with batches and classification losses against imbalance, and the warnings of a collapse.
@Suite(.serialized) struct BatchCompositionTrainingTests {
  /// The pictures of ``SmallTraining``, of six persons.
  private static let faces = {
    var faces = SmallTraining.faces
    for index in faces[.train].indices { faces[.train][index].identity = index % 6 }
    return faces
  }()

  private func trainer(folder: String? = nil, _ change: (inout TrainingConfiguration) -> Void) -> Trainer {
    var configuration = SmallTraining.configuration(.amtc3l(sampler: .mixed))
    change(&configuration)
    return Trainer(
      Self.faces, configuration, backend: .fastest, folder: folder.map { RunFolder($0) })
  }

  private func events(_ trainer: Trainer, stop: StopSignal = StopSignal()) throws -> [TrainingEvent] {
    let reports = TrainerTests.Reports()
    _ = try trainer.run(stop: stop) { reports.add($0) }
    return reports.events
  }

  @Test(arguments: [BatchComposition.perClass(samples: 2), .perPerson(samples: 3)])
  func batchesByClassAndByPersonAreAnnouncedAndResumed(_ batches: BatchComposition) throws {
    let folder = try TemporaryFolder()
    let (whole, parts) = (RunFolder(folder("whole")), RunFolder(folder("parts")))
    func change(_ configuration: inout TrainingConfiguration) {
      configuration.batches = batches
      configuration.classification = ClassificationTerm(focus: 2, weighting: .effectiveNumber(beta: 0.9))
    }
    let samples = Self.faces.samples(in: .train)
    let plan = BatchPlan(
      batches, labels: samples.map(\.label), identities: samples.compactMap(\.identity), batchSize: 8, seed: 0, epoch: 0
    )
    let reported = try events(trainer(folder: whole.path, change))
    guard case .began(let summary)? = reported.first, case .note(let note) = reported[1] else {
      Issue.record("the note of the batches does not follow the beginning")
      return
    }
    #expect(summary.stepsPerEpoch == plan.batches.count && note == plan.coverage.note)
    let counts = Self.faces.classCounts(in: .train)
    #expect(try whole.metrics.epochs().map(\.step) == [plan.batches.count, 2 * plan.batches.count])
    #expect(plan.coverage.classes.map(\.examples) == Array(counts.prefix(plan.coverage.classes.count)))

    let stop = StopSignal()
    let steps = Atomic(0)
    let stopped = try trainer(folder: parts.path, change).run(stop: stop) { event in
      guard case .step = event else { return }
      if steps.add(1, ordering: .relaxed).newValue == 3 { stop.request() }
    }
    #expect(!stopped.isComplete)
    _ = try trainer(folder: parts.path, change).run(resume: true)
    #expect(try contents(whole.last) == contents(parts.last))
    // Other batches are another run.
    #expect(throws: TrainingError.self) {
      try trainer(folder: parts.path) { $0.batches = .balanced() }.run(resume: true)
    }
  }

  @Test func batchesByPersonAreRefusedWithoutPeople() throws {
    var configuration = SmallTraining.configuration(nil)
    configuration.batches = .perPerson(samples: 2)
    let trainer = Trainer(InMemoryFaces(trainCounts: [2, 2, 2, 2, 2, 2, 2]), configuration, backend: .fastest)
    let error = #expect(throws: TrainingError.self) { try trainer.run() }
    #expect(error == .batchesOfUnknownPeople(name: "in memory"))
    #expect(error?.description.contains("--identity-separator") == true)
  }

  @Test func attachedMarginIsReportedOnce() throws {
    func causes(_ gradient: MarginGradient) throws -> [CollapseCause] {
      try events(
        trainer {
          $0.metric?.margin = .adaptive(scale: 1, gradient: gradient)
          $0.attentionRateFactor = gradient == .attached ? 40 : 1
        }
      ).compactMap { event -> CollapseCause? in
        guard case .warning(let warning) = event else { return nil }
        return warning.cause
      }
    }
    #expect(try causes(.attached) == [.attachedMargin])
    #expect(try causes(.detached) == [])
  }
}
