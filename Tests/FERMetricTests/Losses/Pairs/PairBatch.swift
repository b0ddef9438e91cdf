import FERMetric

/// The batches, losses and miners that Fixtures/Pairs/make.py names.
enum PairBatch {
  /// The batch of a case.
  static func named<Scalar: TensorScalar>(_ name: String, in golden: GoldenFile) throws -> TensorBatch<Scalar> {
    let hasReferences = golden.names.contains(name + "/y")
    return TensorBatch(
      embeddings: try golden.tensor(name + "/x"), labels: try golden.integers(name + "/labels"),
      references: hasReferences ? try golden.tensor(name + "/y") : nil,
      referenceLabels: hasReferences ? try golden.integers(name + "/others") : nil)
  }

  /// The losses by the names of the golden file, with a miner or none.
  static func loss<Scalar: TensorScalar>(
    _ name: String, miner: (any TupleMiner<Scalar>)? = nil
  ) -> (any PairwiseLoss<Scalar>)? {
    switch name {
    case "contrastive": ContrastiveLoss(miner: miner)
    case "contrastive.raw.mean":
      ContrastiveLoss(positiveMargin: 0.5, negativeMargin: 3, distance: .euclidean, reduction: .mean, miner: miner)
    case "contrastive.cosine.sum":
      ContrastiveLoss(positiveMargin: 0.9, negativeMargin: 0.3, distance: .cosine, reduction: .sum, miner: miner)
    case "triplet": TripletMarginLoss(miner: miner)
    case "triplet.mean": TripletMarginLoss(margin: 0.3, reduction: .mean, miner: miner)
    case "triplet.swap": TripletMarginLoss(margin: 0.2, swap: true, miner: miner)
    case "triplet.smooth": TripletMarginLoss(smooth: true, miner: miner)
    case "triplet.raw": TripletMarginLoss(distance: .euclidean, miner: miner)
    case "triplet.cosine.sum":
      TripletMarginLoss(swap: true, smooth: true, distance: .cosine, reduction: .sum, miner: miner)
    case "multiSimilarity": MultiSimilarityLoss(miner: miner)
    case "multiSimilarity.euclidean":
      MultiSimilarityLoss(
        alpha: 3, beta: 20, base: 1, distance: .lp(), reduction: .meanOfPositive, miner: miner)
    case "supCon": SupConLoss(miner: miner)
    case "supCon.euclidean.mean": SupConLoss(temperature: 0.5, distance: .lp(), reduction: .mean, miner: miner)
    case "ntXent": NTXentLoss(miner: miner)
    case "ntXent.euclidean.positive":
      NTXentLoss(temperature: 0.5, distance: .lp(), reduction: .meanOfPositive, miner: miner)
    case "circle": CircleLoss(miner: miner)
    case "circle.mean": CircleLoss(relaxation: 0.25, scale: 32, reduction: .mean, miner: miner)
    default: nil
    }
  }

  /// The names of all losses.
  static let lossNames = [
    "contrastive", "contrastive.raw.mean", "contrastive.cosine.sum", "triplet", "triplet.mean", "triplet.swap",
    "triplet.smooth", "triplet.raw", "triplet.cosine.sum", "multiSimilarity", "multiSimilarity.euclidean", "supCon",
    "supCon.euclidean.mean", "ntXent", "ntXent.euclidean.positive", "circle", "circle.mean",
  ]

  /// The names of the miners that choose triplets by their gap.
  static let gapMinerNames = ["triplet.all", "triplet.hard", "triplet.semihard", "triplet.easy", "triplet.cosine"]

  /// The miners by the names of the golden file.
  static func miner<Scalar: TensorScalar>(_ name: String) -> (any TupleMiner<Scalar>)? {
    switch name {
    case "multiSimilarity": MultiSimilarityMiner()
    case "multiSimilarity.euclidean": MultiSimilarityMiner(epsilon: 0.05, distance: .lp())
    case "triplet.all": TripletMarginMiner()
    case "triplet.hard": TripletMarginMiner(.hard)
    case "triplet.semihard": TripletMarginMiner(.semihard)
    case "triplet.easy": TripletMarginMiner(.easy)
    case "triplet.cosine": TripletMarginMiner(margin: 0.1, .semihard, distance: .cosine)
    case "batchHard": BatchHardMiner()
    case "batchHard.cosine": BatchHardMiner(distance: .cosine)
    case "pairMargin": PairMarginMiner()
    case "pairMargin.cosine": PairMarginMiner(positiveMargin: 0.7, negativeMargin: 0.1, distance: .cosine)
    default: nil
    }
  }

  /// The value, and the gradients for everything in the batch, of any pair loss.
  static func run<Scalar: TensorScalar>(
    _ loss: any PairwiseLoss<Scalar>, _ batch: TensorBatch<Scalar>, weight: Scalar = 1
  ) throws -> (value: LossValue<Scalar>, gradients: TensorGradients<Scalar>) {
    func opened<Loss: PairwiseLoss>(
      _ loss: Loss, _ batch: TensorBatch<Loss.Scalar>, _ weight: Loss.Scalar
    ) throws -> (value: LossValue<Loss.Scalar>, gradients: TensorGradients<Loss.Scalar>) {
      var loss = loss
      return try loss(batch, weight: weight)
    }
    return try opened(loss, batch, weight)
  }

  /// The same for tuples that were chosen already.
  static func run<Scalar: TensorScalar>(
    _ loss: any PairwiseLoss<Scalar>, _ batch: TensorBatch<Scalar>, tuples: IndexTuples
  ) throws -> (value: LossValue<Scalar>, gradients: TensorGradients<Scalar>) {
    func opened<Loss: PairwiseLoss>(
      _ loss: Loss, _ batch: TensorBatch<Loss.Scalar>
    ) throws -> (value: LossValue<Loss.Scalar>, gradients: TensorGradients<Loss.Scalar>) {
      var loss = loss
      var gradients = TensorGradients(zerosFor: batch)
      let value = try batch.withViews { views in
        try gradients.withViews { try loss(views, tuples: tuples, accumulatingInto: &$0) }
      }
      return (value, gradients)
    }
    return try opened(loss, batch)
  }

  /// A batch drawn from a seed, every class with at least two samples where there is room.
  static func random<Scalar: TensorScalar>(
    samples: Int, dimension: Int, classes: Int, seed: UInt64, as type: Scalar.Type = Scalar.self
  ) -> TensorBatch<Scalar> {
    var generator = SeededGenerator(seed: 64, stream: seed)
    return TensorBatch(
      embeddings: .normal([samples, dimension], &generator), labels: (0..<samples).map { $0 * 7 % classes })
  }
}
