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

  /// Who chooses the negative centers.
  public var sampler: Sampler
  /// Who gives each sample its margin.
  public var margin: Margin
  /// By what margins are multiplied in the course of the training; nil leaves them as they are.
  public var marginSchedule: MarginSchedule?
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
    sampler: Sampler, margin: Margin, marginSchedule: MarginSchedule? = nil,
    options: TripletCenterOptions = TripletCenterOptions(), lambda: Double,
    centerUpdate: ClassCenters<Float>.Update = .gradient(rate: 0.5), regularizer: AttentionRegularizer = .none
  ) {
    self.sampler = sampler
    self.margin = margin
    self.marginSchedule = marginSchedule
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

  /// The loss in its initial state, for margins that are adaptive or constant.
  ///
  /// - Parameter seed: The seed of the run; samplers that draw use a stream of it.
  /// - Precondition: The options have a meaning together, and the margin reads neither counts nor dimension.
  public func objective(seed: UInt64) -> JointObjective<Float> {
    precondition(
      !margin.readsData, "this margin is made for classes and a dimension: use objective(counts:dimension:seed:)")
    return objective(counts: [], dimension: 0, seed: seed)
  }

  /// The loss in its initial state.
  ///
  /// - Parameters:
  ///   - counts: The number of training pictures of each class, `[C]`.
  ///   - dimension: D, the length of an embedding.
  ///   - seed: The seed of the run; samplers that draw use a stream of it.
  /// - Precondition: The options have a meaning together; where the margin reads them, there is a class and D is positive.
  public func objective(counts: [Int], dimension: Int, seed: UInt64) -> JointObjective<Float> {
    var draw = SeededGenerator(seed: seed, stream: 0x5341_4D50_4C45_0001)
    var generator = margin.make(counts: counts, dimension: dimension)
    if let marginSchedule { generator = ScheduledMargin<Float>(generator, schedule: marginSchedule) }
    let loss = TripletCenterLoss<Float>(sampler: sampler.make(seed: draw.next()), margin: generator, options: options)
    return JointObjective(metric: loss, lambda: Float(lambda), regularizer: regularizer)
  }

  /// The centers in their initial state.
  func centers(classes: Int, dimension: Int, seed: UInt64) -> ClassCenters<Float>? {
    var draw = SeededGenerator(seed: seed, stream: 0x4345_4E54_4552_0001)
    return ClassCenters(classes: classes, dimension: dimension, update: centerUpdate, seed: draw.next())
  }
}
