import FERMetric
import FERModels
import Foundation
import Synchronization
import Testing

/// The importance weighting of SCN in a training: weighted logits, and the rank regularisation as the metric loss.
@Suite(.serialized) struct RankRegularizationTrainingTests {
  /// Three steps an epoch.
  private static func configuration(
    epochs: Int = 2, _ attention: SampleAttentionConfiguration? = .scalar, ranks: RankRegularizationTerm? = .scn
  ) -> TrainingConfiguration {
    var configuration = SmallTraining.configuration(nil, epochs: epochs)
    configuration.batchSize = 16
    configuration.model.sampleAttention = attention
    configuration.rankRegularization = ranks
    return configuration
  }

  private func trainer(_ configuration: TrainingConfiguration, folder: String? = nil) -> Trainer {
    Trainer(SmallTraining.faces, configuration, backend: .fastest, folder: folder.map { RunFolder($0) })
  }

  @Test func `Weights part until the ranks are at rest`() throws {
    let epochs = try trainer(Self.configuration(epochs: 8, ranks: RankRegularizationTerm(margin: 0.5))).run().epochs
    let regularization = try epochs.map { try #require($0.training.metricLoss) }
    #expect(regularization[0] > 0.1 && regularization[7] < 0.5 * regularization[0], "\(regularization)")
    let deviations = try epochs.map { try #require($0.metric?.sampleWeightDeviation) }
    #expect(deviations[7] > deviations[0], "\(deviations)")
    #expect(epochs[0].metric?.marginMean == nil && epochs[0].metric?.inclusionMean == nil)
  }

  @Test func `Weights are reported without their ranks, too`() throws {
    let epoch = try #require(try trainer(Self.configuration(epochs: 1, ranks: nil)).run().epochs.first)
    let metric = try #require(epoch.metric)
    #expect(metric.sampleWeightMean != nil && metric.sampleWeightDeviation != nil)
    #expect(metric.inactiveHinges == nil && epoch.training.metricLoss == nil)
  }

  @Test func `It is TAN whose triplets are at rest`() throws {
    let folder = try TemporaryFolder()
    let (own, other) = (RunFolder(folder("ranks")), RunFolder(folder("tan")))
    _ = try trainer(Self.configuration(epochs: 1), folder: own.path).run()
    var configuration = Self.configuration(epochs: 1, ranks: nil)
    var options = AttentiveTripletOptions()
    // Squared distances of directions are 4 at the most.
    (options.baseMargin, options.metricWeight) = (-10, 0)
    configuration.attentiveTriplets = AttentiveTripletTerm(options: options)
    _ = try trainer(configuration, folder: other.path).run()
    let (found, expected) = (
      try SafetensorsFile(contentsOf: own.best), try SafetensorsFile(contentsOf: other.best)
    )
    #expect(found.entries.map(\.name) == expected.entries.map(\.name))
    for entry in found.entries where entry.type == .f32 {
      let (tensor, reference): (Tensor<Float>, Tensor<Float>) = (
        try found.tensor(entry.name), try expected.tensor(entry.name)
      )
      #expect((tensor - reference).norm() <= 1e-5 * reference.norm(), "\(entry.name)")
    }
  }

  @Test(arguments: [SampleAttentionConfiguration.scalar, .spatial]) func `Resuming changes no byte`(
    _ attention: SampleAttentionConfiguration
  ) throws {
    let folder = try TemporaryFolder()
    let (whole, parts) = (RunFolder(folder("whole")), RunFolder(folder("parts")))
    let configuration = Self.configuration(attention)
    _ = try trainer(configuration, folder: whole.path).run()
    let stop = StopSignal()
    let steps = Atomic(0)
    let stopped = try trainer(configuration, folder: parts.path).run(stop: stop) { event in
      guard case .step = event else { return }
      if steps.add(1, ordering: .relaxed).newValue == 4 { stop.request() }
    }
    #expect(!stopped.isComplete)
    _ = try trainer(configuration, folder: parts.path).run(resume: true)
    for (expected, found) in [
      (whole.last, parts.last), (whole.best, parts.best), (whole.configuration, parts.configuration),
    ] {
      #expect(try contents(expected) == contents(found), "\(expected)")
    }
    #expect(try SafetensorsFile(contentsOf: parts.best)["centers.matrix"] == nil, "ranks have no centers")
  }

  @Test func `Another loss takes its place`() {
    var configuration = Self.configuration()
    LossName.supCon.apply(to: &configuration)
    #expect(configuration.rankRegularization == nil && configuration.objection == nil)
  }

  private static func changed(_ change: (inout TrainingConfiguration) -> Void) -> TrainingConfiguration {
    var configuration = Self.configuration()
    change(&configuration)
    return configuration
  }

  /// Each with a word of the objection.
  private static let impossible: [(word: String, configuration: TrainingConfiguration)] = [
    ("no such attention", changed { $0.model.sampleAttention = nil }),
    ("no such attention", changed { $0.model.sampleAttention?.weightsLogits = false }),
    ("λ", changed { $0.rankRegularization?.lambda = 0 }),
    ("margin", changed { $0.rankRegularization?.margin = .nan }),
    ("margin", changed { $0.rankRegularization?.margin = 0 }),
    ("margin", changed { $0.rankRegularization?.margin = 1.5 }),
    ("none of them", changed { $0.rankRegularization?.share = 0.06 }),
    ("share", changed { $0.rankRegularization?.share = 1 }),
    ("one metric loss", changed { $0.metric = .tc3l() }),
  ]

  @Test(arguments: impossible.indices) func `Impossible terms are refused`(_ index: Int) throws {
    #expect(Self.configuration().objection == nil)
    let (word, configuration) = Self.impossible[index]
    #expect(try #require(configuration.objection).contains(word))
  }
}
