#if Tool
  public import ArgumentParser
  public import FERMetric
  public import FERModels

  /// Which data set a command reads.
  struct DataOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The folder of the data set; drawn faces need none.", valueName: "dir"))
    var data: String?

    @Option(
      name: .long, help: "How the folder is arranged: auto, raf-db, fer-plus, folder or synthetic (default: auto).")
    var layout: DatasetLayout?

    @Option(name: .long, help: "How the votes of FER+ become labels: majority or plurality (default: majority).")
    var labels: FERPlusLabelRule?

    @OptionGroup var identity: IdentityOptions

    /// The source with these options over those that are recorded.
    func source(over recorded: DataSource? = nil) throws -> DataSource {
      var source = recorded ?? DataSource(path: "", layout: .auto)
      if let data { source.path = data }
      if let layout { source.layout = layout }
      if let labels { source.labels = labels }
      source.identitySeparator = try identity.separator(over: source.identitySeparator, in: source.layout)
      if source.path.isEmpty && source.layout != .synthetic {
        throw ValidationError("--data DIR is missing: give the folder of the data set, or --layout synthetic")
      }
      return source
    }
  }

  extension AttentionConfiguration.Aim: ExpressibleByArgument {}
  extension AttentiveTripletOptions.MetricScale: ExpressibleByArgument {}
  extension AttentiveTripletOptions.MetricSpace: ExpressibleByArgument {}
  extension AttentiveTripletOptions.TripletWeighting: ExpressibleByArgument {}
  extension DatasetLayout: ExpressibleByArgument {}
  extension FERPlusLabelRule: ExpressibleByArgument {}
  extension Split: ExpressibleByArgument {}
  extension LossForm: ExpressibleByArgument {}
  extension LossName: ExpressibleByArgument {}
  extension MetricPreset: ExpressibleByArgument {}
  extension MetricTerm.Sampler: ExpressibleByArgument {}
  extension Recognizer.Weights: ExpressibleByArgument {}
  extension ResNetStem: ExpressibleByArgument {}
  extension ValidationDraw: ExpressibleByArgument {}
#endif
