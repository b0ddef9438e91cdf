public import FERMetric

extension LossName {
  /// The metric loss in its default reading and initial state; nil for the classification losses.
  ///
  ///     var loss = LossName.supCon.loss(classes: 7, dimension: 128, as: Float.self)!
  ///
  /// - Parameters:
  ///   - classes: C, for losses that keep numbers for classes.
  ///   - dimension: D, for losses that keep something of an embedding's size.
  ///   - batchSize: The samples of the largest batch, for losses that remember batches.
  ///   - seed: For losses that draw.
  ///   - scalar: The number type.
  /// - Precondition: `classes`, `dimension` and `batchSize` are positive.
  public func loss<Scalar: TensorScalar>(
    classes: Int, dimension: Int, batchSize: Int = 1, seed: UInt64 = 0, as scalar: Scalar.Type = Scalar.self
  ) -> (any MetricLoss<Scalar>)? {
    precondition(classes > 0 && dimension > 0, "\(classes) classes and \(dimension) dimensions are no problem to learn")
    precondition(batchSize > 0, "a batch has at least 1 sample, not \(batchSize)")
    switch family {
    case .classification: return nil
    case .tripletCenters, .centers: return centerLoss()
    case .triplets: return tripletLoss(classes: classes, dimension: dimension, seed: seed)
    case .attention: return AttentiveTripletLoss<Scalar>(dimension: dimension)
    case .correlation: return AdCorreLoss<Scalar>(classes: classes)
    case .pairs: return pairLoss(dimension: dimension, batchSize: batchSize)
    case .proxies: return proxyLoss()
    }
  }

  /// The classification loss in its default reading; nil for the metric losses.
  ///
  ///     let loss = LossName.focal.classificationLoss(as: Float.self)!
  public func classificationLoss<Scalar: TensorScalar>(
    as scalar: Scalar.Type = Scalar.self
  ) -> (any ClassificationLoss<Scalar>)? {
    switch self {
    case .crossEntropy: SoftmaxCrossEntropy<Scalar>()
    case .focal: FocalLoss<Scalar>()
    default: nil
    }
  }

  private func centerLoss<Scalar: TensorScalar>() -> (any MetricLoss<Scalar>)? {
    switch self {
    case .tc3l: TripletCenterLoss<Scalar>.tc3l(sampler: .mixed())
    case .amtc3l: TripletCenterLoss<Scalar>.paper
    case .tripletCenter: TripletCenterLoss<Scalar>.tripletCenter()
    case .publishedTripletCenter: TripletCenterLoss<Scalar>.publishedTripletCenter()
    case .fixedMargin: TripletCenterLoss<Scalar>.fixedMargin()
    case .allCenters: TripletCenterLoss<Scalar>.allCenters()
    case .center: CenterLoss<Scalar>(.wen)
    case .centerKaiyangZhou: CenterLoss<Scalar>(.kaiyangZhou)
    case .centerQuaterion: CenterLoss<Scalar>(.quaterion)
    case .centerDAN: CenterLoss<Scalar>(.dan)
    case .sparseCenter: CenterLoss<Scalar>.sparse
    default: nil
    }
  }

  private func tripletLoss<Scalar: TensorScalar>(
    classes: Int, dimension: Int, seed: UInt64
  ) -> (any MetricLoss<Scalar>)? {
    switch self {
    case .faceNet: TripletLoss<Scalar>.faceNet()
    case .batchAll: TripletLoss<Scalar>.batchAll()
    case .batchHard: TripletLoss<Scalar>.batchHard()
    case .softMargin: TripletLoss<Scalar>.softMargin()
    case .losslessTriplet: TripletLoss<Scalar>.lossless()
    case .chiSquared: TripletLoss<Scalar>.chiSquared()
    case .multiThreshold: MultiThresholdTripletLoss<Scalar>(slices: min(8, dimension))
    case .hierarchical: HierarchicalTripletLoss<Scalar>(classes: classes)
    case .classPair: ClassPairTripletLoss<Scalar>(classes: classes)
    case .tupletCluster: TupletClusterLoss<Scalar>()
    case .fiveTuplet: FiveTupletLoss<Scalar>()
    case .representative: RepresentativeTripletLoss<Scalar>()
    case .distillation: DistillationTripletLoss<Scalar>(seed: seed)
    default: nil
    }
  }

  private func pairLoss<Scalar: TensorScalar>(dimension: Int, batchSize: Int) -> (any MetricLoss<Scalar>)? {
    switch self {
    case .contrastive: ContrastiveLoss<Scalar>()
    case .crossBatchMemory:
      // A memory has room for a whole batch at least.
      CrossBatchMemory<Scalar>(ContrastiveLoss<Scalar>(), capacity: max(1024, batchSize), dimension: dimension)
    case .tripletMargin: TripletMarginLoss<Scalar>()
    case .multiSimilarity: MultiSimilarityLoss<Scalar>()
    case .supCon: SupConLoss<Scalar>()
    case .ntXent: NTXentLoss<Scalar>()
    case .circle: CircleLoss<Scalar>()
    default: nil
    }
  }

  private func proxyLoss<Scalar: TensorScalar>() -> (any MetricLoss<Scalar>)? {
    switch self {
    case .arcFace: ArcFaceLoss<Scalar>()
    case .cosFace: CosFaceLoss<Scalar>()
    case .normalizedSoftmax: NormalizedSoftmaxLoss<Scalar>()
    case .proxyNCA: ProxyNCALoss<Scalar>()
    case .proxyAnchor: ProxyAnchorLoss<Scalar>()
    case .softTriple: SoftTripleLoss<Scalar>()
    default: nil
    }
  }
}
