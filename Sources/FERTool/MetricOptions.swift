#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels

  /// Soft or hard inclusion weights, by their names on the command line.
  enum InclusionName: String, CaseIterable, ExpressibleByArgument {
    case soft, hard

    var inclusion: AttentionConfiguration.Inclusion { self == .soft ? .soft : .hard() }
  }

  /// The reading of AMTC3L: what the paper leaves open, as Docs/Method.md explains.
  struct MetricOptions: ParsableArguments {
    @Option(name: .long, help: "The weight of the distance to the own center in amtc3l and tc3l (default: 1).")
    var positiveWeight: Double?

    @Option(
      name: .long, help: "Multiplies embeddings and centers before the squash in amtc3l and tc3l (default: 1).")
    var squashScale: Double?

    @Option(name: .long, help: "hinge, softplus or log (default: hinge).")
    var form: LossForm?

    @Option(name: .long, help: "soft or hard inclusion weights in amtc3l (default: soft).")
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
      name: .customLong("attention-lr"), help: "The learning rate of the attention as a multiple of --lr (default: 1).")
    var attentionLR: Double?

    /// Puts these options over a configuration.
    func apply(to configuration: inout TrainingConfiguration) throws {
      guard var term = configuration.metric else {
        guard isEmpty else {
          throw ValidationError("the options of the metric loss belong to --loss tc3l and amtc3l")
        }
        return
      }
      if let positiveWeight { term.options.positiveWeight = positiveWeight }
      if let squashScale { term.options.squashScale = squashScale }
      if let form { term.options.form = form }
      if configuration.model.attention == nil {
        guard inclusion == nil, inclusionBias == nil, attentionAim == nil, attentionLR == nil else {
          throw ValidationError(
            "--inclusion, --inclusion-bias, --attention-aim and --attention-lr belong to --loss amtc3l, not to tc3l")
        }
      }
      if let inclusion { configuration.model.attention?.inclusion = inclusion.inclusion }
      if let inclusionBias { configuration.model.attention?.bias = inclusionBias }
      if let attentionAim { configuration.model.attention?.aim = attentionAim }
      if let attentionLR { configuration.attentionRateFactor = attentionLR }
      configuration.metric = term
    }

    private var isEmpty: Bool {
      positiveWeight == nil && squashScale == nil && form == nil && inclusion == nil && inclusionBias == nil
        && attentionAim == nil && attentionLR == nil
    }
  }
#endif
