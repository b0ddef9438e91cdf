extension LossName {
  /// What the registry says of the loss.
  public var entry: LossEntry {
    switch self {
    case .crossEntropy:
      LossEntry("SoftmaxCrossEntropy()", "PyTorch", "mean over the batch", .pyTorch)
    case .focal:
      LossEntry("FocalLoss()", "Lin et al. 2017", "in the place of cross-entropy; focus 2")
    case .tc3l:
      LossEntry(
        "TripletCenterLoss.tc3l(sampler: .mixed())", "Rajoli et al. 2023",
        "margin 1 for each coordinate; mixed sampling")
    case .amtc3l:
      LossEntry(
        "TripletCenterLoss.paper", "Rajoli et al. 2023", "margin Σa, constant for the gradient; mixed sampling")
    case .tripletCenter:
      LossEntry(
        "TripletCenterLoss.tripletCenter()", "He et al. 2018, public code", "Euclidean distances, nearest center, m = 5"
      )
    case .publishedTripletCenter:
      LossEntry(
        "TripletCenterLoss.publishedTripletCenter()", "He et al. 2018",
        "half squared distances, sum over the batch, m = 5")
    case .fixedMargin:
      LossEntry("TripletCenterLoss.fixedMargin()", "Zhou", "squared distances, nearest center, m = 1")
    case .allCenters:
      LossEntry(
        "TripletCenterLoss.allCenters()", "Lei et al. 2020", "squared distances, mean over other centers, m = 1")
    case .center:
      LossEntry("CenterLoss(.wen)", "Wen et al. 2016", "half the mean squared distance; centers by Wen's average")
    case .centerKaiyangZhou:
      LossEntry("CenterLoss(.kaiyangZhou)", "pytorch-center-loss", "the mean squared distance; centers by gradient")
    case .centerQuaterion:
      LossEntry("CenterLoss(.quaterion)", "Quaterion", "embeddings of length 1, mean over coordinates")
    case .centerDAN:
      LossEntry("CenterLoss(.dan)", "Wen et al. 2021 (DAN)", "over the spread of the centers")
    case .sparseCenter:
      LossEntry("CenterLoss.sparse", "Farzaneh and Qi 2021 (DACL)", "inclusion weights on coordinates")
    case .contrastive:
      LossEntry("ContrastiveLoss()", "Hadsell et al. 2006", "margins 0 and 1", .peer)
    case .crossBatchMemory:
      LossEntry(
        "CrossBatchMemory(ContrastiveLoss(), dimension: D)", "Wang et al. 2020",
        "contrastive against 1,024 embeddings, or the largest batch if that is more", .peer)
    case .tripletMargin:
      LossEntry("TripletMarginLoss()", "Weinberger and Saul 2009", "all triplets, m = 0.05", .peer)
    case .multiSimilarity:
      LossEntry("MultiSimilarityLoss()", "Wang et al. 2019", "α 2, β 50, base 0.5", .peer)
    case .supCon:
      LossEntry("SupConLoss()", "Khosla et al. 2020", "temperature 0.1", .peer)
    case .ntXent:
      LossEntry("NTXentLoss()", "Sohn 2016; Chen et al. 2020", "temperature 0.07", .peer)
    case .circle:
      LossEntry("CircleLoss()", "Sun et al. 2020", "relaxation 0.4, scale 80", .peer)
    case .arcFace:
      LossEntry("ArcFaceLoss()", "Deng et al. 2019", "28.6°, scale 64", .peer)
    case .cosFace:
      LossEntry("CosFaceLoss()", "Wang et al. 2018", "m = 0.35, scale 64", .peer)
    case .normalizedSoftmax:
      LossEntry("NormalizedSoftmaxLoss()", "Zhai and Wu 2019", "temperature 0.05", .peer)
    case .proxyNCA:
      LossEntry("ProxyNCALoss()", "Movshovitz-Attias et al. 2017", "scale 1, own proxy in the denominator", .peer)
    case .proxyAnchor:
      LossEntry("ProxyAnchorLoss()", "Kim et al. 2020", "m = 0.1, α 32", .peer)
    case .softTriple:
      LossEntry("SoftTripleLoss()", "Qian et al. 2019", "10 proxies for each class", .peer)
    case .faceNet:
      LossEntry("TripletLoss.faceNet()", "Schroff et al. 2015", "semi-hard, else the farthest; m = 0.2")
    case .batchAll:
      LossEntry("TripletLoss.batchAll()", "Hermans et al. 2017", "mean over positive losses, Euclidean, m = 0.2")
    case .batchHard:
      LossEntry("TripletLoss.batchHard()", "Hermans et al. 2017", "Euclidean, m = 0.2")
    case .softMargin:
      LossEntry("TripletLoss.softMargin()", "Hermans et al. 2017", "hardest triplets, ln(1 + exp)")
    case .losslessTriplet:
      LossEntry("TripletLoss.lossless()", "Arsenault; Kertész 2021", "σ in the loss, β = N = D")
    case .chiSquared:
      LossEntry(
        "TripletLoss.chiSquared()", "Sadeghi and Raie 2022", "prefers negatives of the anchor's identity; m = 1")
    case .multiThreshold:
      LossEntry("MultiThresholdTripletLoss()", "Yang et al. 2024", "8 slices, thresholds 0.1 to 1, dual triplets")
    case .hierarchical:
      LossEntry("HierarchicalTripletLoss(classes: C)", "Ge et al. 2018", "a running record of class distances, 0.9")
    case .classPair:
      LossEntry(
        "ClassPairTripletLoss(classes: C)", "Xie et al. 2021", "learned margins; outliers beyond 3 deviations discarded"
      )
    case .tupletCluster:
      LossEntry("TupletClusterLoss()", "Liu et al. 2017", "negatives of the anchor's identity; learned radius")
    case .fiveTuplet:
      LossEntry("FiveTupletLoss()", "Liu et al. 2021", "invariant to the identity; hardest of each kind")
    case .representative:
      LossEntry("RepresentativeTripletLoss()", "Sumbul et al. 2022", "a quarter as anchors, diverse and hard")
    case .distillation:
      LossEntry(
        "DistillationTripletLoss()", "Georgescu and Ionescu 2020",
        "positives of the teacher, a drawn tenth as candidates")
    case .adCorre:
      LossEntry("AdCorreLoss(classes: C)", "Fard and Mahoor 2022", "one embedding, all three terms, exact gradients")
    case .tan:
      LossEntry(
        "AttentiveTripletLoss(dimension: D)", "Gou et al. 2023", "batch-hard, learned metric, rank regularisation")
    }
  }
}
