public import FERMetric

extension LossName {
  /// Gives a configuration this loss in its default reading, in place of the one that it has, with the attention and the
  /// weight that belong to it. Whatever else the configuration says is kept, such as the attention on the map.
  ///
  /// ``distillation`` needs a teacher besides: ``NamedLossTerm/teacher``.
  public func apply(to configuration: inout TrainingConfiguration) {
    (configuration.metric, configuration.attentiveTriplets) = (nil, nil)
    (configuration.named, configuration.rankRegularization) = (nil, nil)
    (configuration.model.attention, configuration.model.sampleAttention) = (nil, nil)
    configuration.classification?.focus = 0
    if configuration.classification == ClassificationTerm() { configuration.classification = nil }
    switch self {
    case .crossEntropy: break
    case .focal:
      configuration.classification = configuration.classification ?? ClassificationTerm()
      configuration.classification?.focus = FocalLoss<Float>().focus
    case .tc3l: configuration.metric = .tc3l()
    case .amtc3l: configuration.metric = .amtc3l()
    case .tan:
      configuration.attentiveTriplets = .tan
      configuration.model.sampleAttention = .scalar
    default: configuration.named = NamedLossTerm(self)
    }
    if readsInclusion { configuration.model.attention = .compact }
  }

  /// λ, the weight of the loss beside cross-entropy unless another is asked for.
  ///
  /// Center losses take the weights of their sources; for the others, most of which are published as losses of their own,
  /// it brings them near the size of a cross-entropy.
  public var defaultLambda: Double {
    switch self {
    case .publishedTripletCenter: 0.1 / Self.usualBatch
    case .centerQuaterion: 0.5
    case .centerDAN: 1
    default:
      switch family {
      case .classification: 0
      case .centers: 0.01
      case .tripletCenters, .pairs, .proxies, .correlation: 0.1
      case .triplets, .attention: 1
      }
    }
  }

  /// How the rows of the centers move unless another rule is asked for.
  public var defaultCenterUpdate: ClassCenters<Float>.Update {
    switch self {
    case .center: .movingAverage(rate: 0.5, weighted: false)
    case .sparseCenter: .movingAverage(rate: 0.5, weighted: true)
    case .publishedTripletCenter: .gradient(rate: 0.5 / Self.usualBatch)
    // What the published codes leave to the optimizer of the network.
    case .centerQuaterion, .centerDAN: .gradient(rate: 0.05)
    default: family == .proxies ? .gradient(rate: 0.05) : .gradient(rate: 0.5)
    }
  }

  /// The batch for which weight and rate of a sum over samples act like those of a mean.
  private static let usualBatch = 64.0
}
