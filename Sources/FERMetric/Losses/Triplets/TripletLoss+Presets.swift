extension TripletLoss {
  /// FaceNet: squared distances of normalized embeddings; for each pair of a class the semi-hard negative, else the
  /// farthest one, as in TensorFlow's code; mean over pairs.
  ///
  /// - SeeAlso: Schroff et al., CVPR 2015.
  public static func faceNet(margin: Double = 0.2, fallback: SemihardFallback = .farthest) -> TripletLoss {
    TripletLoss(choice: .semihard(fallback: fallback), form: .hinge(margin: margin))
  }

  /// Batch-all: every triplet of the batch, mean over those whose loss is positive.
  ///
  /// - SeeAlso: Hermans et al., 2017, "BA≠0".
  public static func batchAll(margin: Double = 0.2, distance: TripletDistance = TripletDistance(.root)) -> TripletLoss {
    TripletLoss(choice: .all, form: .hinge(margin: margin), distance: distance, reduction: .meanOfPositive)
  }

  /// Batch-hard: for each anchor its farthest positive and its nearest negative; with `hardest` above 1 as many of
  /// each, paired by rank. Meant for batches of P random classes with K samples each.
  ///
  /// - SeeAlso: Hermans et al., 2017; Huang et al., 2021, for more than one; Docs/TripletLosses.md.
  public static func batchHard(
    margin: Double = 0.2, hardest: Int = 1, distance: TripletDistance = TripletDistance(.root)
  ) -> TripletLoss {
    TripletLoss(
      choice: .hardest(count: hardest, pairing: .ranked), form: .hinge(margin: margin), distance: distance)
  }

  /// Batch-hard with the soft margin ln(1 + exp(d⁺ − d⁻)), which needs no margin.
  ///
  /// - SeeAlso: Hermans et al., 2017.
  public static func softMargin(
    choice: TripletChoice = .hardest, distance: TripletDistance = TripletDistance(.root)
  ) -> TripletLoss {
    TripletLoss(choice: choice, form: .softplus(margin: 0), distance: distance)
  }

  /// Arsenault's lossless triplet loss over coordinates squashed into 0…1.
  ///
  /// - Parameters:
  ///   - beta: β; D if `nil`.
  ///   - choice: Which triplets.
  ///   - squashes: Whether the loss squashes the coordinates. `false` for a network whose last layer is a sigmoid.
  /// - SeeAlso: G. Kertész, *Different Triplet Sampling Techniques for Lossless Triplet Loss on Metric Similarity
  ///   Learning*, 2021.
  public static func lossless(
    beta: Double? = nil, choice: TripletChoice = .hardest, squashes: Bool = true
  ) -> TripletLoss {
    TripletLoss(
      choice: choice, form: .lossless(beta: beta),
      distance: TripletDistance(.squared, of: squashes ? .squashed : .raw))
  }

  /// Batch-hard over χ² distances of histograms, with negatives of the anchor's own identity where there are any.
  ///
  /// - SeeAlso: Sadeghi and Raie, 2022.
  public static func chiSquared(
    margin: Double = 1, identities: IdentityPolicy = .prefer, choice: TripletChoice = .hardest
  ) -> TripletLoss {
    TripletLoss(
      choice: choice, form: .hinge(margin: margin), distance: TripletDistance(.chiSquared), identities: identities)
  }
}
