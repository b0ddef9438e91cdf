#if Tool
  import ArgumentParser
  import FERModels

  /// The attentions of the network, as Docs/Attention.md explains.
  struct AttentionOptions: ParsableArguments {
    @Option(
      name: .long,
      help: """
        An attention on the last map of features, before the head: se (squeeze-and-excitation, over channels) or cbam \
        (over channels, then pixels) (default: none).
        """)
    var mapAttention: MapAttentionConfiguration.Kind?

    /// Puts these options over a configuration.
    func apply(to configuration: inout TrainingConfiguration) throws {
      if let mapAttention {
        var attention = configuration.model.mapAttention ?? .squeezeExcitation
        attention.kind = mapAttention
        configuration.model.mapAttention = attention
      }
    }
  }
#endif
