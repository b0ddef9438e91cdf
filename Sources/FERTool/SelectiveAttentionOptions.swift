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

  /// Soft or hard inclusion weights, by their names on the command line.
  enum InclusionName: String, CaseIterable, ExpressibleByArgument {
    case soft, hard

    var inclusion: AttentionConfiguration.Inclusion { self == .soft ? .soft : .hard() }
  }

  /// The selective attention, the source of inclusion weights, as Docs/Attention.md explains.
  struct SelectiveAttentionOptions: ParsableArguments {
    @Option(
      name: .long,
      help: """
        Where inclusion weights come from in amtc3l and sparse-center: compact, or dacl (the layers of DACL) \
        (default: compact).
        """)
    var selectiveAttention: SelectiveAttentionName?

    @Option(name: .long, help: "soft or hard inclusion weights (default: soft).")
    var inclusion: InclusionName?

    @Option(name: .long, help: "Added to the logits of inclusion: 0 starts weights near 0.5, 2 near 0.88 (default: 0).")
    var inclusionBias: Double?

    @Option(
      name: .long,
      help: """
        What inclusion weights in amtc3l learn: agreement, coordinates nearer to the own center, or hardness, \
        coordinates nearer to the negative one (default: agreement).
        """)
    var attentionAim: AttentionConfiguration.Aim?

    @Option(
      name: .customLong("attention-lr"),
      help: """
        The learning rate of the selective attention, the source of inclusion weights, as a multiple of --lr (default: 1).
        """)
    var attentionLR: Double?

    /// Puts these options over a configuration whose loss, stem and size are settled.
    func apply(to configuration: inout TrainingConfiguration) throws {
      guard !isEmpty else { return }
      guard configuration.model.attention != nil else {
        throw ValidationError(
          """
          --selective-attention, --inclusion, --inclusion-bias, --attention-aim and --attention-lr belong to \
          --loss amtc3l and sparse-center
          """)
      }
      if let selectiveAttention {
        let kind = selectiveAttention.kind(for: configuration)
        configuration.model.attention?.kind = kind
      }
      if let inclusion { configuration.model.attention?.inclusion = inclusion.inclusion }
      if let inclusionBias { configuration.model.attention?.bias = inclusionBias }
      if let attentionAim { configuration.model.attention?.aim = attentionAim }
      if let attentionLR { configuration.attentionRateFactor = attentionLR }
    }

    private var isEmpty: Bool {
      selectiveAttention == nil && inclusion == nil && inclusionBias == nil && attentionAim == nil && attentionLR == nil
    }
  }
#endif
