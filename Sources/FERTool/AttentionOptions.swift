#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels

  /// Architectures of the selective attention, by their names on the command line.
  enum SelectiveAttentionName: String, CaseIterable, ExpressibleByArgument {
    case compact, dacl

    /// The architecture for the maps of a network.
    func kind(for configuration: TrainingConfiguration) -> AttentionConfiguration.Kind {
      guard self == .dacl else { return .compact }
      let side = configuration.model.stem.mapSide(ofPictures: configuration.transform.size)
      return .dacl(height: side, width: side)
    }
  }

  /// Sample attentions, by their names on the command line.
  enum SampleAttentionName: String, CaseIterable, ExpressibleByArgument {
    case none, scalar, spatial

    var configuration: SampleAttentionConfiguration? {
      switch self {
      case .none: nil
      case .scalar: .scalar
      case .spatial: .spatial
      }
    }
  }

  /// The attentions of the network, as Docs/Attention.md explains.
  struct AttentionOptions: ParsableArguments {
    @Option(
      name: .long,
      help: """
        An attention on the last map of features, before the head: se (squeeze-and-excitation, over channels) or cbam \
        (over channels, then pixels) (default: none).
        """)
    var mapAttention: MapAttentionConfiguration.Kind?

    @Option(
      name: .long,
      help: """
        Where inclusion weights come from in amtc3l and sparse-center: compact, or dacl (the layers of DACL) \
        (default: compact).
        """)
    var selectiveAttention: SelectiveAttentionName?

    @Option(
      name: .long,
      help: """
        Where the weights of whole pictures come from in tan, and as in SCN in ce and focal: scalar, spatial or none \
        (default: scalar in tan, none in ce and focal).
        """)
    var sampleAttention: SampleAttentionName?

    @Option(name: .long, help: "The weight of the rank regularisation of these weights; 0 leaves it out (default: 1).")
    var rankWeight: Double?

    @Option(name: .long, help: "By how much high weights have to exceed low ones in the mean (default: 0.15).")
    var rankMargin: Double?

    /// Puts these options over a configuration whose loss, stem and size are settled.
    func apply(to configuration: inout TrainingConfiguration) throws {
      if let mapAttention {
        var layer = configuration.model.mapAttention ?? .squeezeExcitation
        layer.kind = mapAttention
        configuration.model.mapAttention = layer
      }
      if let selectiveAttention {
        guard configuration.model.attention != nil else {
          throw ValidationError("--selective-attention belongs to --loss amtc3l and sparse-center")
        }
        let kind = selectiveAttention.kind(for: configuration)
        configuration.model.attention?.kind = kind
      }
      if configuration.attentiveTriplets != nil {
        applyToTriplets(of: &configuration)
      } else {
        try applyToClassification(of: &configuration)
      }
    }

    /// The sample attention of TAN, whose loss contains the rank regularisation.
    private func applyToTriplets(of configuration: inout TrainingConfiguration) {
      if let sampleAttention { configuration.model.sampleAttention = sampleAttention.configuration }
      if let rankWeight { configuration.attentiveTriplets?.options.rankWeight = rankWeight }
      if let rankMargin { configuration.attentiveTriplets?.options.rankMargin = rankMargin }
    }

    /// The sample attention beside a classification loss, with the rank regularisation as the metric loss.
    private func applyToClassification(of configuration: inout TrainingConfiguration) throws {
      if let sampleAttention {
        guard configuration.isClassificationOnly else {
          throw ValidationError("--sample-attention belongs to --loss ce, focal and tan")
        }
        configuration.model.sampleAttention = sampleAttention.configuration
        if sampleAttention.configuration == nil {
          configuration.rankRegularization = nil
        } else if configuration.rankRegularization == nil {
          configuration.rankRegularization = .scn
        }
      }
      guard rankWeight != nil || rankMargin != nil else { return }
      guard configuration.isClassificationOnly && configuration.model.sampleAttention != nil else {
        throw ValidationError(
          "--rank-weight and --rank-margin belong to --loss tan, and to --sample-attention with ce and focal")
      }
      var term = configuration.rankRegularization ?? RankRegularizationTerm.scn
      if let rankWeight { term.lambda = rankWeight }
      if let rankMargin { term.margin = rankMargin }
      configuration.rankRegularization = rankWeight == 0 ? nil : term
    }
  }
#endif
