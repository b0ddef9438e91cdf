import FERMetric

/// The triplet losses under the names of Fixtures/Triplets/make.py.
enum TripletCases {
  static let names = [
    "faceNet", "faceNet.nearest", "faceNet.skip", "batchAll", "batchAll.mean", "batchAll.sum", "batchAll.softplus",
    "batchHard", "batchHard.three", "batchHard.twoEach", "softMargin", "lossless", "lossless.all", "chiSquared.prefer",
    "chiSquared.require", "chiSquared.exclude", "multiThreshold", "multiThreshold.single", "hierarchical",
    "classPair.discard", "classPair.replace", "tupletCluster", "tupletCluster.prefer", "tupletCluster.ignore",
    "fiveTuplet", "fiveTuplet.aware", "representative", "distillation",
  ]

  /// A fresh loss for embeddings of a dimension, or `nil` for a name that is none.
  static func loss<Scalar: TensorScalar>(
    _ name: String, _: Scalar.Type = Scalar.self, dimension: Int, policy: NonFinitePolicy = .strict
  ) -> (any MetricLoss<Scalar>)? {
    if let options = options(name, dimension: dimension, policy: policy) {
      return TripletLoss<Scalar>(options: options)
    }
    switch name {
    case "multiThreshold":
      return MultiThresholdTripletLoss<Scalar>(slices: min(4, dimension), nonFinite: policy)
    case "multiThreshold.single":
      return MultiThresholdTripletLoss<Scalar>(
        slices: min(3, dimension), thresholds: 0.2...0.8, isDual: false, nonFinite: policy)
    case "hierarchical": return HierarchicalTripletLoss<Scalar>(classes: 7, nonFinite: policy)
    case "classPair.discard":
      return ClassPairTripletLoss<Scalar>(classes: 7, outliers: .discard(deviations: 1.5), nonFinite: policy)
    case "classPair.replace":
      return ClassPairTripletLoss<Scalar>(classes: 7, outliers: .replace(deviations: 1.5), nonFinite: policy)
    case "tupletCluster": return TupletClusterLoss<Scalar>(nonFinite: policy)
    case "tupletCluster.prefer":
      return TupletClusterLoss<Scalar>(reference: 0.8, gap: 0.6, identities: .prefer, nonFinite: policy)
    case "tupletCluster.ignore":
      return TupletClusterLoss<Scalar>(reach: 1.1, identities: .ignore, nonFinite: policy)
    case "fiveTuplet": return FiveTupletLoss<Scalar>(identityMargin: 0.3, nonFinite: policy)
    case "fiveTuplet.aware":
      return FiveTupletLoss<Scalar>(identityMargin: 0.3, identityWeight: 0.5, sense: .aware, nonFinite: policy)
    case "representative": return RepresentativeTripletLoss<Scalar>(nonFinite: policy)
    case "distillation": return DistillationTripletLoss<Scalar>(candidateShare: 1, nonFinite: policy)
    default: return nil
    }
  }

  private static func options(_ name: String, dimension: Int, policy: NonFinitePolicy) -> TripletOptions? {
    let loss: TripletLoss<Double>
    switch name {
    case "faceNet": loss = .faceNet()
    case "faceNet.nearest": loss = .faceNet(fallback: .nearest)
    case "faceNet.skip": loss = .faceNet(fallback: .skip)
    case "batchAll": loss = .batchAll()
    case "batchAll.mean": loss = TripletLoss(choice: .all)
    case "batchAll.sum": loss = TripletLoss(choice: .all, distance: TripletDistance(.squared), reduction: .sum)
    case "batchAll.softplus": loss = TripletLoss(choice: .all, form: .softplus(margin: 0.1))
    case "batchHard": loss = .batchHard()
    case "batchHard.three": loss = .batchHard(hardest: 3)
    case "batchHard.twoEach": loss = TripletLoss(choice: .hardest(count: 2, pairing: .every))
    case "softMargin": loss = .softMargin()
    case "lossless": loss = .lossless()
    case "lossless.all": loss = .lossless(beta: 1.5 * Double(dimension), choice: .all)
    case "chiSquared.prefer": loss = .chiSquared()
    case "chiSquared.require": loss = .chiSquared(identities: .require)
    case "chiSquared.exclude": loss = .chiSquared(identities: .exclude, choice: .all)
    default: return nil
    }
    var options = loss.options
    options.nonFinite = policy
    return options
  }
}
