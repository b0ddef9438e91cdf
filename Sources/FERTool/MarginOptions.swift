#if Tool
  import ArgumentParser
  import FERMetric
  import FERModels

  /// Who gives tc3l its margins, by names on the command line.
  enum MarginName: String, CaseIterable, ExpressibleByArgument {
    case constant
    case byCount = "by-count"
    case learned
    case learnedPerClass = "learned-per-class"
  }

  /// How the gradient treats the margin, by its names on the command line.
  enum MarginGradientName: String, CaseIterable, ExpressibleByArgument {
    case detached, attached

    var gradient: MarginGradient { self == .detached ? .detached : .attached }
  }

  /// A schedule of margins on the command line: FROM:TO:STEPS.
  struct MarginScheduleText: ExpressibleByArgument {
    let schedule: MarginSchedule

    init?(argument: String) {
      let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
      guard parts.count == 3, let from = Double(parts[0]), let to = Double(parts[1]), let steps = Int(parts[2]) else {
        return nil
      }
      schedule = .linear(from: from, to: to, steps: steps)
    }
  }

  /// The margins of tc3l and amtc3l, as Docs/CenterLosses.md explains.
  struct MarginOptions: ParsableArguments {
    @Option(
      name: .long,
      help: """
        Who gives tc3l its margins: constant, by-count (as in LDAM, by n^(-1/4) of the pictures of a class, the \
        largest for the rarest), learned (one for all classes) or learned-per-class (default: constant).
        """)
    var margin: MarginName?

    @Option(
      name: .long,
      help: """
        The margin as a share of the summed inclusion weights, or of the dimension in tc3l: the largest by count, the start \
        of learned ones (default: 1).
        """)
    var marginScale: Double?

    @Option(
      name: .long, help: "Whether the margin of amtc3l passes gradients on: detached or attached (default: detached).")
    var marginGradient: MarginGradientName?

    @Option(
      name: .long,
      help: ArgumentHelp(
        """
        Multiplies margins, unless they are learned, by a factor that goes in a straight line from one number to another \
        over so many training steps, not epochs: 0.2:1:2000. Without it margins stay.
        """, valueName: "from:to:steps"))
    var marginSchedule: MarginScheduleText?

    @Option(
      name: .long, help: "What a learned margin never falls below, as a share of the dimension (default: 0.01).")
    var marginBound: Double?

    @Option(
      name: .long,
      help: """
        The share of violating samples at which a learned margin settles; 0 lets it fall to its bound (default: 0.25).
        """)
    var marginReward: Double?

    @Option(name: .long, help: "The rate of learned margins, as a share of the dimension (default: 0.005).")
    var marginRate: Double?

    /// Puts these options over a configuration.
    func apply(to configuration: inout TrainingConfiguration) throws {
      guard !isEmpty else { return }
      guard var term = configuration.metric else {
        throw ValidationError("the options of the margin belong to --loss tc3l and amtc3l")
      }
      if let marginSchedule { term.marginSchedule = marginSchedule.schedule }
      if case .adaptive(let scale, let gradient) = term.margin {
        guard margin == nil && !isLearning else {
          throw ValidationError(
            """
            --margin, --margin-bound, --margin-reward and --margin-rate belong to --loss tc3l: the margin of amtc3l is the \
            sum of its weights
            """)
        }
        term.margin = .adaptive(scale: marginScale ?? scale, gradient: marginGradient?.gradient ?? gradient)
      } else {
        guard marginGradient == nil else {
          throw ValidationError("--margin-gradient belongs to --loss amtc3l, not to tc3l")
        }
        term.margin = try chosenMargin(over: term.margin)
      }
      configuration.metric = term
    }

    /// The margin of TC3L with these options over a recorded one.
    private func chosenMargin(over recorded: MetricTerm.Margin) throws -> MetricTerm.Margin {
      var (name, scale, learning) = (MarginName.constant, 1.0, LearnedMarginOptions())
      switch recorded {
      case .adaptive(let own, _), .constant(let own):
        scale = own
      case .byCount(let largest):
        name = .byCount
        scale = largest
      case .learned(let options):
        name = options.perClass ? .learnedPerClass : .learned
        scale = options.initial
        learning = options
      }
      if let margin { name = margin }
      if let marginScale { scale = marginScale }
      if name == .constant || name == .byCount {
        guard !isLearning else {
          throw ValidationError(
            "--margin-bound, --margin-reward and --margin-rate belong to --margin learned and learned-per-class")
        }
        return name == .constant ? .constant(perDimension: scale) : .byCount(largest: scale)
      }
      learning.perClass = name == .learnedPerClass
      learning.initial = scale
      if let marginBound { learning.lowerBound = marginBound }
      if let marginReward { learning.reward = marginReward }
      if let marginRate { learning.rate = marginRate }
      return .learned(options: learning)
    }

    private var isLearning: Bool { marginBound != nil || marginReward != nil || marginRate != nil }

    private var isEmpty: Bool {
      margin == nil && marginScale == nil && marginGradient == nil && marginSchedule == nil && !isLearning
    }
  }
#endif
