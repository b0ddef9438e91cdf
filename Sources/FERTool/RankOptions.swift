#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels

  /// The rank regularisation of the weights of whole pictures, as Docs/Attention.md explains.
  struct RankOptions: ParsableArguments {
    @Option(
      name: .long,
      help: "The weight of the rank regularisation of the weights of pictures; 0 leaves it out (default: 1).")
    var rankWeight: Double?

    @Option(
      name: .long, help: "By how much high weights have to exceed low ones in the mean, at most 1 (default: 0.15).")
    var rankMargin: Double?

    /// Puts these options over a configuration whose sample attention is settled.
    func apply(to configuration: inout TrainingConfiguration) throws {
      guard rankWeight != nil || rankMargin != nil else { return }
      if rankWeight == 0 && rankMargin != nil {
        throw ValidationError("--rank-margin does nothing with --rank-weight 0, which leaves the regularisation out")
      }
      let readsWeights = configuration.attentiveTriplets != nil || configuration.isClassificationOnly
      guard readsWeights && configuration.model.sampleAttention != nil else {
        throw ValidationError(
          """
          --rank-weight and --rank-margin belong to --loss tan and to --sample-attention with ce and focal: they act on \
          the weights of pictures
          """)
      }
      guard configuration.attentiveTriplets == nil else {
        if let rankWeight { configuration.attentiveTriplets?.options.rankWeight = rankWeight }
        if let rankMargin { configuration.attentiveTriplets?.options.rankMargin = rankMargin }
        return
      }
      var term = configuration.rankRegularization ?? RankRegularizationTerm.scn
      if let rankWeight { term.lambda = rankWeight }
      if let rankMargin { term.margin = rankMargin }
      configuration.rankRegularization = rankWeight == 0 ? nil : term
    }
  }
#endif
