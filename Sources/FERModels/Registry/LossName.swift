internal import FERMetric

/// The losses that a training can have, by their names on the command line.
///
///     var configuration = TrainingConfiguration(model: ModelConfiguration(classes: 7))
///     LossName.batchHard.apply(to: &configuration)          // fer train --loss batch-hard
///
/// Every name stands for one type in one reading, its defaults; ``entry`` says which, and what it was checked against.
/// The types themselves have further options.
public enum LossName: String, Codable, CaseIterable, Sendable {
  /// Cross-entropy alone.
  case crossEntropy = "ce"
  /// The focal loss in the place of cross-entropy.
  case focal

  /// TC3L with mixed sampling.
  case tc3l
  /// AMTC3L with mixed sampling.
  case amtc3l
  /// The triplet-center loss of He et al. as its public code has it.
  case tripletCenter = "triplet-center"
  /// The triplet-center loss of He et al. as the paper writes it.
  case publishedTripletCenter = "triplet-center-published"
  /// The nearest other center and one margin.
  case fixedMargin = "fixed-margin"
  /// All other centers as negatives.
  case allCenters = "all-centers"

  /// The center loss with Wen's rule for the centers.
  case center
  /// The center loss as pytorch-center-loss has it.
  case centerKaiyangZhou = "center-kaiyang-zhou"
  /// The center loss as Quaterion has it.
  case centerQuaterion = "center-quaterion"
  /// The affinity loss of DAN.
  case centerDAN = "center-dan"
  /// DACL's sparse center loss.
  case sparseCenter = "sparse-center"

  /// FaceNet's semi-hard triplets.
  case faceNet = "facenet"
  /// All triplets of a batch.
  case batchAll = "batch-all"
  /// The hardest triplet of each anchor.
  case batchHard = "batch-hard"
  /// The hardest triplet of each anchor with ln(1 + exp).
  case softMargin = "soft-margin"
  /// Arsenault's lossless triplets.
  case losslessTriplet = "lossless-triplet"
  /// χ² distances and negatives of the anchor's identity.
  case chiSquared = "chi-squared"
  /// A threshold for each slice of the embedding.
  case multiThreshold = "multi-threshold"
  /// Margins from a tree of the classes.
  case hierarchical
  /// Margins learned for pairs of classes.
  case classPair = "class-pair"
  /// (N+M)-tuplet clusters.
  case tupletCluster = "tuplet-cluster"
  /// Triplets by expression and by identity on one anchor.
  case fiveTuplet = "five-tuplet"
  /// Few triplets, informative and representative.
  case representative
  /// Triplets of a student with positives of its teacher.
  case distillation

  /// TAN: triplets that attention chooses.
  case tan
  /// Ad-Corre's three terms.
  case adCorre = "ad-corre"

  /// Pairs nearer than one margin and farther than another.
  case contrastive
  /// The contrastive loss against a memory of recent batches.
  case crossBatchMemory = "cross-batch-memory"
  /// Triplets as pytorch-metric-learning has them.
  case tripletMargin = "triplet-margin"
  /// The multi-similarity loss.
  case multiSimilarity = "multi-similarity"
  /// Supervised contrastive learning.
  case supCon = "supcon"
  /// Normalized temperature-scaled cross-entropy over pairs.
  case ntXent = "nt-xent"
  /// The circle loss.
  case circle

  /// An additive margin on the angle to the own proxy.
  case arcFace = "arcface"
  /// An additive margin on the cosine.
  case cosFace = "cosface"
  /// A softmax over cosines.
  case normalizedSoftmax = "normalized-softmax"
  /// Neighbourhood components over proxies.
  case proxyNCA = "proxy-nca"
  /// Proxies as anchors.
  case proxyAnchor = "proxy-anchor"
  /// Several proxies for each class.
  case softTriple = "soft-triple"
}

extension LossName {
  /// What the losses of a family have in common; raw values are headings.
  public enum Family: String, CaseIterable, Sendable {
    case classification = "Classification"
    case tripletCenters = "Triplet-center losses"
    case centers = "Center losses"
    case triplets = "Triplets"
    case attention = "Attention and triplets"
    case correlation = "Correlation"
    case pairs = "Pairs"
    case proxies = "Proxies"
  }

  /// The family that the loss belongs to.
  public var family: Family {
    switch self {
    case .crossEntropy, .focal: .classification
    case .tc3l, .amtc3l, .tripletCenter, .publishedTripletCenter, .fixedMargin, .allCenters: .tripletCenters
    case .center, .centerKaiyangZhou, .centerQuaterion, .centerDAN, .sparseCenter: .centers
    case .faceNet, .batchAll, .batchHard, .softMargin, .losslessTriplet, .chiSquared, .multiThreshold, .hierarchical,
      .classPair, .tupletCluster, .fiveTuplet, .representative, .distillation:
      .triplets
    case .tan: .attention
    case .adCorre: .correlation
    case .contrastive, .crossBatchMemory, .tripletMargin, .multiSimilarity, .supCon, .ntXent, .circle: .pairs
    case .arcFace, .cosFace, .normalizedSoftmax, .proxyNCA, .proxyAnchor, .softTriple: .proxies
    }
  }

  /// The rows of the batch's centers for each class; 0 where the loss reads none.
  public var centersPerClass: Int {
    switch self {
    case .softTriple: SoftTripleLoss<Float>().proxiesPerClass
    default: [.tripletCenters, .centers, .proxies].contains(family) ? 1 : 0
    }
  }

  /// Whether the loss reads the model's inclusion weights.
  public var readsInclusion: Bool { self == .amtc3l || self == .sparseCenter }

  /// Whether the loss needs to know the people in the pictures.
  public var readsIdentities: Bool { [.chiSquared, .tupletCluster, .fiveTuplet].contains(self) }

  /// Whether the loss compares with a teacher's embeddings.
  public var readsTeacher: Bool { self == .distillation }
}
