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

    @Test(arguments: ["scalar", "spatial"]) func theImportanceWeightingOfSCN(_ name: String) throws {
      let (configuration, recognizer) = try train([
        "--loss", "ce", "--sample-attention", name, "--rank-margin", "0.25",
      ])
      #expect(configuration.ranks == RankTerm(margin: 0.25))
      let expected: SampleAttentionConfiguration = name == "scalar" ? .scalar : .spatial
      #expect(configuration.model.sampleAttention == expected)
      #expect(recognizer.model.configuration == configuration.model)
    }

    @Test func sampleWeightsWithoutRanks() throws {
      let (configuration, _) = try train(["--loss", "focal", "--sample-attention", "scalar", "--rank-weight", "0"])
      #expect(configuration.ranks == nil && configuration.model.sampleAttention == .scalar)
    }

    @Test(arguments: ["sparse-center", "amtc3l"]) func theLayersOfDACL(_ loss: String) throws {
      let (configuration, _) = try train(["--loss", loss, "--attention", "dacl"])
      #expect(configuration.model.attention == AttentionConfiguration(kind: .dacl(height: 2, width: 2)))
    }
  }
#endif
