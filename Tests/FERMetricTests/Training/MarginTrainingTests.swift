import FERMetric
import FERModels
import Foundation
import Synchronization
import Testing

/// Trainings of TC3L and AMTC3L with every margin.
@Suite(.serialized) struct MarginTrainingTests {
  private static let schedule = MarginSchedule.linear(from: 0.25, to: 1, steps: 12)

  /// Terms by what they are called in a failure.
  private static let terms: [(name: String, term: MetricTerm)] = [
    ("by count", changed(.tc3l()) { $0.margin = .byCount(largest: 1) }),
    ("learned", changed(.tc3l()) { $0.margin = .learned(options: LearnedMarginOptions()) }),
    ("learned by class", changed(.tc3l()) { $0.margin = .learned(options: LearnedMarginOptions(perClass: true)) }),
    ("scheduled", changed(.tc3l()) { $0.marginSchedule = MarginTrainingTests.schedule }),
    ("scheduled and adaptive", changed(.amtc3l()) { $0.marginSchedule = MarginTrainingTests.schedule }),
  ]

  private static func changed(_ term: MetricTerm, _ change: (inout MetricTerm) -> Void) -> MetricTerm {
    var term = term
    change(&term)
    return term
  }

  /// Six steps an epoch; embeddings of 64 numbers.
  private func trainer(_ term: MetricTerm, folder: String? = nil) -> Trainer {
    var configuration = SmallTraining.configuration(term)
    if case .adaptive = term.margin {} else { configuration.model.attention = nil }
    return Trainer(SmallTraining.faces, configuration, backend: .fastest, folder: folder.map { RunFolder($0) })
  }

  @Test(arguments: terms.indices) func `Resuming changes no byte`(_ index: Int) throws {
    let (name, term) = Self.terms[index]
    let folder = try TemporaryFolder()
    let (whole, parts) = (RunFolder(folder("whole")), RunFolder(folder("parts")))
    _ = try trainer(term, folder: whole.path).run()
    let stop = StopSignal()
    let steps = Atomic(0)
    let stopped = try trainer(term, folder: parts.path).run(stop: stop) { event in
      guard case .step = event else { return }
      if steps.add(1, ordering: .relaxed).newValue == 8 { stop.request() }
    }
    #expect(!stopped.isComplete)
    #expect(try contents(whole.last) != contents(parts.last))
    _ = try trainer(term, folder: parts.path).run(resume: true)
    for (expected, found) in [
      (whole.last, parts.last), (whole.best, parts.best), (whole.configuration, parts.configuration),
    ] {
      #expect(try contents(expected) == contents(found), "\(name): \(expected)")
    }
  }

  private func margins(_ term: MetricTerm) throws -> [(mean: Double, deviation: Double)] {
    try trainer(term).run().epochs.map { epoch in
      (mean: try #require(epoch.metric?.marginMean), deviation: try #require(epoch.metric?.marginDeviation))
    }
  }

  @Test func `Frequent classes get smaller margins`() throws {
    for (mean, deviation) in try margins(Self.terms[0].term) {
      #expect(mean > 20 && mean < 63 && deviation > 1)
    }
  }

  /// Every sample violates a margin of 64 squashed coordinates, so that each step takes 0.005·64·(1 − 0.25) of it.
  @Test(arguments: [1, 2]) func `Learned margins fall as long as all samples violate them`(_ index: Int) throws {
    let found = try margins(Self.terms[index].term)
    #expect(found[0].mean < 64 && found[1].mean < found[0].mean - 0.3)
    // A class falls in those steps that show it.
    guard index == 1 else { return }
    for (epoch, middle) in [2.5, 8.5].enumerated() {
      #expect((found[epoch].mean - (64 - 0.24 * middle)).magnitude < 1e-3)
    }
  }

  @Test func `Scheduled margins grow with the steps`() throws {
    let found = try margins(Self.terms[3].term)
    for (epoch, middle) in [2.5, 8.5].enumerated() {
      #expect((found[epoch].mean - 64 * (0.25 + 0.75 * middle / 12)).magnitude < 1e-3)
    }
    let adaptive = try margins(Self.terms[4].term)
    #expect(adaptive[1].mean > 1.5 * adaptive[0].mean)
  }
}
