#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels

  /// The metrics of TAN's second term, by their names on the command line.
  enum TripletMetricName: String, CaseIterable, ExpressibleByArgument {
    case learned, covariance, euclidean

    var metric: AttentiveTripletOptions.Metric {
      switch self {
      case .learned: .learned()
      case .covariance: .covariance()
      case .euclidean: .euclidean
      }
    }
  }

  /// The reading of TAN: what its abstract leaves open, as Docs/TAN.md explains.
  struct TANOptions: ParsableArguments {
    @Option(name: .long, help: "Pictures of at least this weight form the harder triplets of tan (default: 0.5).")
    var highWeight: Double?

    @Option(
      name: .long, help: "The share of pictures with the largest weights that form them, instead of --high-weight.")
    var topRatio: Double?

    @Option(name: .long, help: "The margin of the triplets of all pictures in tan (default: 0.2).")
    var tripletMargin: Double?

    @Option(name: .long, help: "learned, covariance or euclidean distances of the harder triplets (default: learned).")
    var metric: TripletMetricName?

    @Option(name: .long, help: "The weight of the harder triplets in tan (default: 0.1).")
    var metricWeight: Double?

    @Option(name: .long, help: "The margin of the harder triplets in tan (default: 1).")
    var metricMargin: Double?

    @Option(name: .long, help: "free, or frobenius: the metric keeps the size of the identity (default: free).")
    var metricScale: AttentiveTripletOptions.MetricScale?

    @Option(name: .long, help: "raw or normalized embeddings for the metric (default: raw).")
    var metricSpace: AttentiveTripletOptions.MetricSpace?

    @Option(
      name: .long,
      help: "How the weights of its pictures multiply a triplet: none, product or mean (default: none).")
    var tripletWeighting: AttentiveTripletOptions.TripletWeighting?

    /// Puts these options over a configuration.
    func apply(to configuration: inout TrainingConfiguration) throws {
      guard var term = configuration.attentiveTriplets else {
        guard isEmpty else { throw ValidationError("the options of triplets belong to --loss tan") }
        return
      }
      guard highWeight == nil || topRatio == nil else {
        throw ValidationError("--high-weight and --top-ratio both choose the pictures of high weight: give one of them")
      }
      if let highWeight { term.options.selection = .threshold(highWeight) }
      if let topRatio { term.options.selection = .topRatio(topRatio) }
      if let tripletMargin { term.options.baseMargin = tripletMargin }
      if let metric { term.options.metric = metric.metric }
      if let metricWeight { term.options.metricWeight = metricWeight }
      if let metricMargin { term.options.metricMargin = metricMargin }
      if let metricScale { term.options.metricScale = metricScale }
      if let metricSpace { term.options.metricSpace = metricSpace }
      if let tripletWeighting { term.options.weighting = tripletWeighting }
      configuration.attentiveTriplets = term
    }

    /// Refuses options that read the weights of pictures where there are none; the sample attention is settled.
    func checkWeights(of configuration: TrainingConfiguration) throws {
      guard configuration.attentiveTriplets != nil && configuration.model.sampleAttention == nil else { return }
      guard highWeight == nil && topRatio == nil && tripletWeighting == nil else {
        throw ValidationError(
          """
          --high-weight, --top-ratio and --triplet-weighting read the weights of pictures, which --sample-attention none \
          leaves out
          """)
      }
    }

    private var isEmpty: Bool {
      highWeight == nil && topRatio == nil && tripletMargin == nil && metric == nil && metricWeight == nil
        && metricMargin == nil && metricScale == nil && metricSpace == nil && tripletWeighting == nil
    }
  }
#endif
