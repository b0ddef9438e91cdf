import FERMetric
import FERModels
import Foundation
import Synchronization
import Testing

@Suite(.serialized) struct AttentiveTrainingTests {
  /// Three steps an epoch.
  private static func trainer(
    epochs: Int, _ attention: SampleAttentionConfiguration?, folder: String? = nil,
    _ change: (inout AttentiveTripletOptions) -> Void = { _ in }
  ) -> Trainer {
    var configuration = SmallTraining.configuration(nil, epochs: epochs)
    configuration.batchSize = 16
    configuration.model.sampleAttention = attention
    configuration.attentiveTriplets = .tan
    if var term = configuration.attentiveTriplets {
      change(&term.options)
      configuration.attentiveTriplets = term
    }
    return Trainer(
      SmallTraining.faces, configuration, backend: .fastest, folder: folder.map { RunFolder($0) })
  }

  private static let attentions: [SampleAttentionConfiguration?] = [.scalar, .spatial, nil]

  @Test(arguments: attentions.indices) func fortyStepsLowerTheLossByATenth(_ index: Int) throws {
    let attention = Self.attentions[index]
    let trainer = Self.trainer(epochs: 14, attention)
    let result = try trainer.run()
    let losses = result.epochs.map(\.training.loss)
    // The loss rises before it falls, while attention weights part, and an epoch is three steps: many are averaged.
    let (start, end) = (losses.prefix(7).reduce(0, +), losses.suffix(7).reduce(0, +))
    #expect(end < 0.9 * start, "\(losses)")
    #expect(result.epochs[0].training.metricLoss != nil)
    let metric = try #require(result.epochs[13].metric)
    if attention == nil {
      #expect(metric.sampleWeightMean == nil)
    } else {
      #expect((0.05...0.95).contains(try #require(metric.sampleWeightMean)))
      #expect(try #require(metric.sampleWeightDeviation) > 0)
    }
  }

  @Test func theMetricIsLearned() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    _ = try Self.trainer(epochs: 2, .scalar, folder: run.path).run()
    let file = try SafetensorsFile(contentsOf: run.last)
    let map: Tensor<Float> = try file.tensor("objective.metric.map")
    #expect(map.shape == [64, 64])
    #expect((0..<64).contains { i in (0..<i).contains { map[i, $0] != 0 } })
    #expect(file["momentum.objective.metric.map"] != nil)
    #expect(file["centers.matrix"] == nil, "triplets have no centers")
    _ = try Recognizer(run: run.path, weights: .last, backend: .fastest)
  }

  @Test func aFrobeniusMetricKeepsItsSize() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    _ = try Self.trainer(epochs: 2, .scalar, folder: run.path) { $0.metricScale = .frobenius }.run()
    var metric = MahalanobisMetric<Float>(
      map: try SafetensorsFile(contentsOf: run.last).tensor("objective.metric.map"))
    let before = metric.map
    metric.scaleToIdentity()
    #expect((metric.map - before).norm() < 0.1 * before.norm(), "one step is all that separates them")
  }

  @Test(arguments: [AttentiveTripletOptions.Metric.learned(), .covariance()], [2, 4])
  func resumingChangesNoByte(_ metric: AttentiveTripletOptions.Metric, step: Int) throws {
    let folder = try TemporaryFolder()
    let (whole, parts) = (RunFolder(folder("whole")), RunFolder(folder("parts")))
    func trainer(_ run: RunFolder) -> Trainer {
      Self.trainer(epochs: 2, .spatial, folder: run.path) { $0.metric = metric }
    }
    _ = try trainer(whole).run()
    let stop = StopSignal()
    let steps = Atomic(0)
    let stopped = try trainer(parts).run(stop: stop) { event in
      guard case .step = event else { return }
      if steps.add(1, ordering: .relaxed).newValue == step { stop.request() }
    }
    #expect(!stopped.isComplete)
    #expect(try contents(whole.last) != contents(parts.last))
    _ = try trainer(parts).run(resume: true)
    for (expected, found) in [
      (whole.last, parts.last), (whole.best, parts.best), (whole.configuration, parts.configuration),
    ] {
      #expect(try contents(expected) == contents(found), "\(expected)")
    }
  }

  @Test func aVelocityOfAnotherShapeIsRefused() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    _ = try Self.trainer(epochs: 1, .scalar, folder: run.path).run()
    try rewrite(
      run.last,
      changing: { name, tensor in
        if name == "momentum.objective.metric.map" { tensor = Tensor(zeros: [2, 64]) }
      })
    let error = #expect(throws: TrainingError.self) {
      try Self.trainer(epochs: 1, .scalar, folder: run.path).run(resume: true)
    }
    #expect(error?.description.contains("momentum.objective.metric.map") == true)
  }

  private static func changed(_ change: (inout TrainingConfiguration) -> Void) -> TrainingConfiguration {
    var configuration = SmallTraining.configuration(nil)
    configuration.attentiveTriplets = .tan
    change(&configuration)
    return configuration
  }

  /// Each with a word of the objection.
  private static let impossible: [(word: String, configuration: TrainingConfiguration)] = [
    ("one metric loss", changed { $0.metric = .tc3l() }),
    ("λ", changed { $0.attentiveTriplets?.lambda = 0 }),
    ("margin", changed { $0.attentiveTriplets?.options.metricMargin = .nan }),
    ("rows", changed { $0.attentiveTriplets?.options.metric = .learned(rank: 9000) }),
    (
      "none of them",
      changed {
        $0.model.sampleAttention = .scalar
        $0.attentiveTriplets?.options.selection = .topRatio(0.1)
      }
    ),
    (
      "none of them",
      changed {
        $0.model.sampleAttention = .scalar
        $0.attentiveTriplets?.options.rankShare = 0.1
      }
    ),
    ("queries", changed { $0.model.sampleAttention = SampleAttentionConfiguration(kind: .spatial(width: 0)) }),
  ]

  @Test(arguments: impossible.indices) func impossibleTermsAreRefused(_ index: Int) throws {
    #expect(Self.changed { _ in }.objection == nil)
    let (word, configuration) = Self.impossible[index]
    #expect(try #require(configuration.objection).contains(word))
  }
}
