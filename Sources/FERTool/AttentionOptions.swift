#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels

  /// Attentions on the last map, by their names on the command line.
  enum MapAttentionName: String, CaseIterable, ExpressibleByArgument {
    case none, se, cbam

    var kind: MapAttentionConfiguration.Kind? {
      switch self {
      case .none: nil
      case .se: .squeezeExcitation
      case .cbam: .cbam
      }
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

  /// The attentions of the network to the map and to whole pictures, as Docs/Attention.md explains.
  struct AttentionOptions: ParsableArguments {
    @Option(
      name: .long,
      help: """
        An attention on the last map of features, before the head: se (squeeze-and-excitation, over channels), cbam \
        (over channels, then pixels) or none (default: none).
        """)
    var mapAttention: MapAttentionName?

    @Option(
      name: .long,
      help: """
        Weights of whole pictures: scalar (from the embedding), spatial (self-attention over the map) or none; with tan, \
        or as in SCN with ce and focal (default: scalar in tan, none in ce and focal).
        """)
    var sampleAttention: SampleAttentionName?

    /// Puts these options over a configuration whose loss is settled.
    func apply(to configuration: inout TrainingConfiguration) throws {
      if let mapAttention {
        let recorded = configuration.model.mapAttention ?? .squeezeExcitation
        configuration.model.mapAttention = mapAttention.kind.map { kind in
          MapAttentionConfiguration(kind: kind, reduction: recorded.reduction)
        }
      }
      guard let sampleAttention else { return }
      guard configuration.attentiveTriplets != nil || configuration.isClassificationOnly else {
        throw ValidationError("--sample-attention belongs to --loss ce, focal and tan")
      }
      configuration.model.sampleAttention = sampleAttention.configuration
      // The loss of TAN contains the rank regularisation; beside a classification loss it is the metric loss.
      guard configuration.isClassificationOnly else { return }
      if sampleAttention.configuration == nil {
        configuration.rankRegularization = nil
      } else if configuration.rankRegularization == nil {
        configuration.rankRegularization = .scn
      }
    }
  }
#endif
