public import FERMetric

/// The metric part of a training's objective, as plain data: what a configuration file holds of it.
///
///     let term = MetricTerm.amtc3l(sampler: .mixed, lambda: 0.1)
///     var objective = term.objective(seed: 0)          // JointObjective<Float>
public struct MetricTerm: Codable, Hashable, Sendable {
  /// Who chooses the negative centers; raw values are the names on the command line.
  public enum Sampler: String, Codable, CaseIterable, Sendable {
    case mathSynth = "ms"
    case networkSemantic = "ns"
    case mixed = "mm"
    case nearest
    case presentNearest = "present-nearest"
    case all
    case random
    case farthest

    func make(seed: UInt64) -> any NegativeSampler<Float> {
      switch self {
      case .mathSynth: .mathSynth()
      case .networkSemantic: .networkSemantic()
      case .mixed: .mixed()
      case .nearest: .nearestCenter()
      case .presentNearest: .presentNearestCenter()
      case .all: .allCenters()
      case .random: .randomCenter(seed: seed)
      case .farthest: .farthestCenter()
      }
    }
  }

  /// Who gives each sample its margin.
  public enum Margin: Codable, Hashable, Sendable {
    /// κ times the sum of the sample's inclusion weights.
    case adaptive(scale: Double, gradient: MarginGradient)
    /// The same for every sample: so much for each coordinate.
    case constant(perDimension: Double)

    func make() -> any MarginGenerator<Float> {
      switch self {
      case .adaptive(let scale, let gradient): .adaptive(scale: scale, gradient: gradient)
      case .constant(let threshold): ConstantMargin(perDimension: threshold)
      }
    }
  }

  /// Who chooses the negative centers.
  public var sampler: Sampler
  /// Who gives each sample its margin.
  public var margin: Margin
  /// How the loss reads the paper.
  public var options: TripletCenterOptions
  /// λ, the weight of the metric loss beside the cross-entropy.
  public var lambda: Double
  /// How the centers move; λ is divided out of their gradient.
  public var centerUpdate: ClassCenters<Float>.Update
  /// What keeps the inclusion weights from collapsing.
  public var regularizer: AttentionRegularizer

  /// Creates a term.
  public init(
    sampler: Sampler, margin: Margin, options: TripletCenterOptions = TripletCenterOptions(), lambda: Double,
    centerUpdate: ClassCenters<Float>.Update = .gradient(rate: 0.5), regularizer: AttentionRegularizer = .none
  ) {
    self.sampler = sampler
    self.margin = margin
    self.options = options
    self.lambda = lambda
    self.centerUpdate = centerUpdate
    self.regularizer = regularizer
  }

  /// TC3L: squashed coordinates and a constant margin of 1 for each; the model needs no attention.
  public static func tc3l(sampler: Sampler = .mixed, lambda: Double = 0.1) -> MetricTerm {
    MetricTerm(sampler: sampler, margin: .constant(perDimension: 1), lambda: lambda)
  }

  /// AMTC3L: squashed coordinates, inclusion weights and the adaptive margin; the model needs an attention.
  public static func amtc3l(sampler: Sampler = .mixed, lambda: Double = 0.1) -> MetricTerm {
    MetricTerm(sampler: sampler, margin: .adaptive(scale: 1, gradient: .detached), lambda: lambda)
  }

  /// The loss in its initial state.
  ///
  /// - Parameter seed: The seed of the run; samplers that draw use a stream of it.
  /// - Precondition: The options have a meaning together.
  public func objective(seed: UInt64) -> JointObjective<Float> {
    var draw = SeededGenerator(seed: seed, stream: 0x5341_4D50_4C45_0001)
    let loss = TripletCenterLoss<Float>(
      sampler: sampler.make(seed: draw.next()), margin: margin.make(), options: options)
    return JointObjective(metric: loss, lambda: Float(lambda), regularizer: regularizer)
  }

  /// The centers in their initial state.
  func centers(classes: Int, dimension: Int, seed: UInt64) -> ClassCenters<Float>? {
    var draw = SeededGenerator(seed: seed, stream: 0x4345_4E54_4552_0001)
    return ClassCenters(classes: classes, dimension: dimension, update: centerUpdate, seed: draw.next())
  }
}
