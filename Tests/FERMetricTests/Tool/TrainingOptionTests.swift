#if Tool
  import FERMetric
  import FERModels
  import Testing

  /// Options of `fer train` that change network and objective: each trains an epoch, and is recorded.
  @Suite(.serialized) struct TrainingOptionTests {
    /// The configuration that a training with these options records, and the network that it leaves.
    private func train(
      _ options: [String]
    ) throws -> (configuration: TrainingConfiguration, recognizer: Recognizer) {
      let place = ToolPlace(folder: try TemporaryFolder(), finishedRun: "")
      let outcome = try ToolProcess.run(BadInput.trainDrawn(place) + options)
      try #require(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
      return (
        try TrainingConfiguration(contentsOf: place("run/config.json")),
        try Recognizer(run: place.run, backend: .fastest)
      )
    }

    @Test(arguments: MapAttentionConfiguration.Kind.allCases) func anAttentionOnTheMap(
      _ kind: MapAttentionConfiguration.Kind
    ) throws {
      let (configuration, recognizer) = try train(["--map-attention", kind.rawValue])
      #expect(configuration.model.mapAttention == MapAttentionConfiguration(kind: kind))
      #expect(recognizer.model.configuration == configuration.model)
    }

    @Test func noAttentionOnTheMap() throws {
      let (configuration, _) = try train(["--map-attention", "none"])
      #expect(configuration.model.mapAttention == nil)
    }

    @Test(arguments: ["scalar", "spatial"]) func theImportanceWeightingOfSCN(_ name: String) throws {
      let (configuration, recognizer) = try train([
        "--loss", "ce", "--sample-attention", name, "--rank-margin", "0.25",
      ])
      #expect(configuration.rankRegularization == RankRegularizationTerm(margin: 0.25))
      let expected: SampleAttentionConfiguration = name == "scalar" ? .scalar : .spatial
      #expect(configuration.model.sampleAttention == expected)
      #expect(recognizer.model.configuration == configuration.model)
    }

    @Test func sampleWeightsWithoutRanks() throws {
      let (configuration, _) = try train(["--loss", "focal", "--sample-attention", "scalar", "--rank-weight", "0"])
      #expect(configuration.rankRegularization == nil && configuration.model.sampleAttention == .scalar)
    }

    @Test(arguments: ["sparse-center", "amtc3l"]) func theLayersOfDACL(_ loss: String) throws {
      let (configuration, _) = try train(["--loss", loss, "--selective-attention", "dacl"])
      #expect(configuration.model.attention == AttentionConfiguration(kind: .dacl(height: 2, width: 2)))
    }

    @Test func theSelectiveAttentionOfTheSparseCenterLoss() throws {
      let (configuration, _) = try train([
        "--loss", "sparse-center", "--inclusion", "hard", "--inclusion-bias", "2", "--attention-lr", "10",
      ])
      #expect(configuration.model.attention == AttentionConfiguration(inclusion: .hard(), bias: 2))
      #expect(configuration.attentionRateFactor == 10)
    }

    /// Options of margins with what they record.
    private static let margins: [(options: String, margin: MetricTerm.Margin)] = [
      ("--margin constant --margin-scale 0.5", .constant(perDimension: 0.5)),
      ("--margin by-count", .byCount(largest: 1)),
      ("--margin learned", .learned(options: LearnedMarginOptions())),
      (
        "--margin learned-per-class --margin-scale 2 --margin-bound 0.5 --margin-reward 0 --margin-rate 0.125",
        .learned(
          options: LearnedMarginOptions(perClass: true, initial: 2, lowerBound: 0.5, reward: 0, rate: 0.125))
      ),
    ]

    @Test(arguments: margins.indices) func theMarginsOfTC3L(_ index: Int) throws {
      let (options, margin) = Self.margins[index]
      let (configuration, _) = try train(["--loss", "tc3l"] + options.split(separator: " ").map { String($0) })
      #expect(configuration.metric?.margin == margin && configuration.metric?.marginSchedule == nil)
    }

    @Test(arguments: ["tc3l", "amtc3l"]) func aScheduleOfMargins(_ loss: String) throws {
      let (configuration, _) = try train(["--loss", loss, "--margin-schedule", "0.2:1:2000"])
      let plain: MetricTerm = loss == "tc3l" ? .tc3l() : .amtc3l()
      #expect(configuration.metric?.margin == plain.margin)
      #expect(configuration.metric?.marginSchedule == .linear(from: 0.2, to: 1, steps: 2000))
    }
  }
#endif
