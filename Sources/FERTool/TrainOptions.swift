#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels

  /// The backbones by their names on the command line.
  enum ModelName: String, CaseIterable, ExpressibleByArgument {
    case resnet18, resnet50

    var depth: ResNetDepth { self == .resnet18 ? .eighteen : .fifty }
  }

  /// The schedules by their names on the command line.
  enum ScheduleName: String, CaseIterable, ExpressibleByArgument {
    case late, paper, constant

    var schedule: StepSchedule {
      switch self {
      case .late: .late
      case .paper: .paper
      case .constant: .constant
      }
    }
  }

  /// Which numbers the pictures are normalized with.
  enum NormalizationName: String, CaseIterable, ExpressibleByArgument {
    case imagenet
    case rafDB = "raf-db"

    var normalization: PixelNormalization { self == .imagenet ? .imageNet : .rafDB }
  }

  /// The settings of a training. All are optional: a resumed run takes the recorded ones, a new run the defaults.
  struct TrainOptions: ParsableArguments {
    @Option(name: .long, help: "resnet18 or resnet50 (default: resnet50).")
    var model: ModelName?

    @Option(
      name: .long,
      help: "standard, 7x7 with stride 2, or small, 3x3 with stride 1 for small pictures (default: standard).")
    var stem: ResNetStem?

    @Option(name: .long, help: "Multiplies the channels of every layer (default: 1).")
    var width: Double?

    @Option(
      name: .long,
      help: ArgumentHelp(
        "The loss, by its name in `fer losses`; ce is cross-entropy alone (default: amtc3l).", valueName: "name"))
    var loss: LossName?

    @Option(
      name: .long,
      help: """
        A complete reading of amtc3l, over which the other options act: paper (what the paper says) or recommended \
        (weights that seek hard coordinates, as Docs/FERPlus.md measures it).
        """)
    var preset: MetricPreset?

    @Option(
      name: .long,
      help: "Who chooses negative centers: ms, ns, mm, nearest, present-nearest, all, random or farthest (default: mm)."
    )
    var sampler: MetricTerm.Sampler?

    @Option(
      name: .long,
      help: """
        The weight of the metric loss (default: 0.1 for amtc3l; `fer losses --json` has all); that of SCN is --rank-weight.
        """)
    var lambda: Double?

    @Option(
      name: .long, help: ArgumentHelp("The run whose best model teaches, for distillation.", valueName: "run"))
    var teacher: String?

    @OptionGroup(title: "Attention") var attention: AttentionOptions
    @OptionGroup(title: "Ranks of the weights of pictures") var ranks: RankOptions
    @OptionGroup(title: "Selective attention") var selectiveAttention: SelectiveAttentionOptions
    @OptionGroup(title: "Metric loss") var metric: MetricOptions
    @OptionGroup(title: "Margin") var margin: MarginOptions
    @OptionGroup(title: "Triplets of tan") var tan: TANOptions
    @OptionGroup(title: "Imbalance") var imbalance: ImbalanceOptions

    @Option(name: .long, help: "How often every training picture is shown (default: 60).")
    var epochs: Int?

    @Option(name: .long, help: "Pictures in a step (default: 64).")
    var batchSize: Int?

    @Option(name: .long, help: "The learning rate at the start (default: 0.05).")
    var lr: Double?

    @Option(
      name: .long,
      help:
        "How the rate falls: late (a tenth after 2/3 and 5/6 of the epochs), paper (after 1/3 and 2/3) or constant (default: late)."
    )
    var schedule: ScheduleName?

    @Option(name: .long, help: "The momentum (default: 0.9).")
    var momentum: Double?

    @Option(name: .long, help: "The weight decay, of all parameters (default: 0.0005).")
    var weightDecay: Double?

    @Option(
      name: .customLong("center-lr"),
      help: "The learning rate of centers (default: 0.5) or proxies (default: 0.05) that follow the gradient.")
    var centerLR: Double?

    @Option(name: .long, help: "The side of the network's input in pixels (default: 224; 48 for drawn faces).")
    var size: Int?

    @Option(name: .long, help: "Numbers that pictures are normalized with: imagenet or raf-db (default: imagenet).")
    var normalization: NormalizationName?

    @Option(name: .long, help: "Determines everything random (default: 0).")
    var seed: UInt64?

    @Option(name: .long, help: "Threads of the kernels (default: one for each processor).")
    var threads: Int?

    @Option(
      name: .customLong("init"),
      help: ArgumentHelp("Weights to start from, under torchvision's names (safetensors).", valueName: "file"))
    var initialWeights: String?

    @Option(
      name: .long,
      help:
        "The share of the training pictures to validate on where there is no official split; 0 validates on none, leaves an official split unused, and keeps the last epoch (default: 0.1)."
    )
    var validation: Double?

    @Option(
      name: .long,
      help: """
        By what that share is drawn: class (single pictures) or person (whole persons, so that none is in training and \
        validation) (default: class).
        """)
    var validationBy: ValidationDraw?

    @Option(name: .long, help: ArgumentHelp("Train on so many pictures, drawn by class.", valueName: "n"))
    var limitTrain: Int?

    @Flag(name: .long, help: "Leave pictures out of the validation split that stand in the training split as well.")
    var dropDuplicates = false

    /// The source of pictures with these options over those that are recorded.
    func apply(to source: inout DataSource) throws {
      if let validation {
        guard (0..<1).contains(validation) else {
          throw ValidationError("--validation is a share in 0..<1, not \(validation)")
        }
        source.validation = validation
      }
      if let validationBy { source.validationDraw = validationBy == .byClass ? nil : validationBy }
      if let limitTrain {
        guard limitTrain > 0 else { throw ValidationError("--limit-train is a positive number, not \(limitTrain)") }
        source.limit = limitTrain
      }
      if let size, !(32...1024).contains(size) { throw ValidationError("--size lies in 32...1024, not at \(size)") }
      if dropDuplicates { source.dropsDuplicates = true }
      if let seed { source.seed = seed }
      if let size, source.layout == .synthetic { source.pictureSize = size }
    }

    /// The default configuration with these options.
    func configuration(source: DataSource, classes: Int) throws -> TrainingConfiguration {
      let side = size ?? (source.layout == .synthetic ? DataSource.drawnSize : 224)
      var configuration = TrainingConfiguration(
        model: ModelConfiguration(classes: classes), metric: .amtc3l(), size: side,
        normalization: normalization?.normalization ?? .imageNet)
      configuration.model.attention = .compact
      configuration.source = source
      try apply(to: &configuration)
      return configuration
    }

    /// A recorded configuration with these options over it.
    func apply(to configuration: inout TrainingConfiguration) throws {
      try checkThreads(threads)
      if let model { configuration.model.depth = model.depth }
      if let stem { configuration.model.stem = stem }
      if let width { configuration.model.width = width }
      try applyLoss(to: &configuration)
      try metric.apply(to: &configuration)
      try margin.apply(to: &configuration)
      try tan.apply(to: &configuration)
      try imbalance.apply(to: &configuration)
      if let epochs { configuration.epochs = epochs }
      if let batchSize { configuration.batchSize = batchSize }
      if let lr { configuration.rate = lr }
      if let schedule { configuration.schedule = schedule.schedule }
      if let momentum { configuration.momentum = momentum }
      if let weightDecay { configuration.weightDecay = weightDecay }
      if let seed { configuration.seed = seed }
      if let threads { configuration.threads = threads }
      if let initialWeights { configuration.initialWeights = initialWeights }
      let transform = EvaluationTransform(
        size: size ?? configuration.transform.size,
        normalization: normalization?.normalization ?? configuration.transform.normalization)
      if transform.size != configuration.transform.size
        || transform.normalization != configuration.transform.normalization
      {
        configuration.augmentation = TrainingAugmentation(size: transform.size, normalization: transform.normalization)
        configuration.transform = transform
      }
      // The layers of DACL depend on the size of the pictures.
      try selectiveAttention.apply(to: &configuration)
      try attention.apply(to: &configuration)
      try ranks.apply(to: &configuration)
      try tan.checkWeights(of: configuration)
      if let objection = configuration.objection { throw ValidationError(objection) }
    }

    private func applyLoss(to configuration: inout TrainingConfiguration) throws {
      if preset != nil, let loss, loss != .amtc3l {
        throw ValidationError("--preset is a reading of --loss amtc3l, not of \(loss.rawValue)")
      }
      if let loss = preset == nil ? loss : .amtc3l { loss.apply(to: &configuration) }
      preset?.apply(to: &configuration)
      try applyNamed(to: &configuration)
      if let lambda {
        guard !configuration.isClassificationOnly else {
          throw ValidationError("--lambda is the weight of a metric loss, which ce and focal have not")
        }
        configuration.metric?.lambda = lambda
        configuration.attentiveTriplets?.lambda = lambda
        configuration.named?.lambda = lambda
      }
      if let sampler {
        guard configuration.metric != nil else {
          throw ValidationError("--sampler belongs to --loss tc3l and amtc3l")
        }
        configuration.metric?.sampler = sampler
      }
    }

    /// The options of centers, proxies and teachers.
    private func applyNamed(to configuration: inout TrainingConfiguration) throws {
      if let teacher {
        guard configuration.named?.name.readsTeacher == true else {
          throw ValidationError("--teacher belongs to --loss distillation")
        }
        configuration.named?.teacher = teacher
      }
      guard let centerLR else { return }
      guard configuration.metric != nil || (configuration.named?.name.centersPerClass ?? 0) > 0 else {
        throw ValidationError("--center-lr belongs to losses over centers or proxies")
      }
      configuration.metric?.centerUpdate = .gradient(rate: centerLR)
      if case .movingAverage(_, let weighted)? = configuration.named?.centerUpdate {
        configuration.named?.centerUpdate = .movingAverage(rate: centerLR, weighted: weighted)
      } else {
        configuration.named?.centerUpdate = .gradient(rate: centerLR)
      }
    }
  }

  extension TrainingConfiguration {
    /// Whether there is neither a loss over centers nor one over triplets, pairs or proxies.
    var isClassificationOnly: Bool { metric == nil && attentiveTriplets == nil && named == nil }
  }
#endif
