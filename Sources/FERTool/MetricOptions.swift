#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels

  /// The reading of AMTC3L: what the paper leaves open, as Docs/Method.md explains.
  struct MetricOptions: ParsableArguments {
    @Option(name: .long, help: "The weight of the distance to the own center in amtc3l and tc3l (default: 1).")
    var positiveWeight: Double?

    @Option(
      name: .long, help: "Multiplies embeddings and centers before the squash in amtc3l and tc3l (default: 1).")
    var squashScale: Double?

    @Option(name: .long, help: "hinge, softplus or log (default: hinge).")
    var form: LossForm?

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
      configuration.metric = term
    }

    private var isEmpty: Bool { positiveWeight == nil && squashScale == nil && form == nil }
  }
#endif
