#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels

  /// How rare classes are weighted up, by its names on the command line.
  enum ClassWeightsName: String, CaseIterable, ExpressibleByArgument {
    case none, inverse, effective

    /// The weighting; β of the effective number is the one of Cui et al. for data of this size.
    var weighting: ClassWeighting? {
      switch self {
      case .none: nil
      case .inverse: .inverseFrequency()
      case .effective: .effectiveNumber(beta: 0.999)
      }
    }
  }

  /// How batches are put together, by its names on the command line.
  enum BatchesName: String, CaseIterable, ExpressibleByArgument {
    case shuffled, balanced
    case perClass = "per-class"
    case perPerson = "per-person"
  }

  /// What helps rare classes, and how batches are put together, as Docs/Imbalance.md explains.
  struct ImbalanceOptions: ParsableArguments {
    @Option(name: .long, help: "Weights of classes in the cross-entropy: none, inverse or effective (default: none).")
    var classWeights: ClassWeightsName?

    @Option(name: .long, help: "The focus γ of the focal loss; 0 is cross-entropy (default: 2 for focal, else 0).")
    var focus: Double?

    @Option(name: .long, help: "The share of each target that is spread over all classes (default: 0).")
    var labelSmoothing: Double?

    @Option(
      name: .long,
      help: """
        How batches are put together: shuffled, balanced (as many pictures of each class), per-class (whole groups of \
        --per-class pictures), or per-person (whole groups of --per-person pictures) (default: shuffled).
        """)
    var batches: BatchesName?

    @Option(
      name: .customLong("per-class"),
      help: ArgumentHelp("Pictures of a class in a batch, with --batches per-class (default: 4).", valueName: "k"))
    var perClass: Int?

    @Option(
      name: .customLong("per-person"),
      help: ArgumentHelp(
        "Pictures of a person in a batch, of as many classes as there are, with --batches per-person (default: 4).",
        valueName: "k"))
    var perPerson: Int?

    /// Puts these options over a configuration.
    func apply(to configuration: inout TrainingConfiguration) throws {
      if classWeights != nil || focus != nil || labelSmoothing != nil {
        var term = configuration.classification ?? ClassificationTerm()
        if let classWeights { term.weighting = classWeights.weighting }
        if let focus { term.focus = focus }
        if let labelSmoothing { term.labelSmoothing = labelSmoothing }
        configuration.classification = term == ClassificationTerm() ? nil : term
      }
      switch batches {
      case .shuffled: configuration.batches = nil
      case .balanced: configuration.batches = .balanced()
      case .perClass: configuration.batches = .perClass(samples: perClass ?? 4)
      case .perPerson: configuration.batches = .perPerson(samples: perPerson ?? 4)
      case nil: break
      }
      guard perClass == nil || batches == .perClass else {
        throw ValidationError("--per-class belongs to --batches per-class")
      }
      guard perPerson == nil || batches == .perPerson else {
        throw ValidationError("--per-person belongs to --batches per-person")
      }
    }
  }
#endif
