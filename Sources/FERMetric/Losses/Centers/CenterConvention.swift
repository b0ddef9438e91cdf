/// What a center loss makes of squared distances: the part in which public codes differ.
///
/// Four of them give four numbers for one input. Each is a named convention here, and none is the default:
///
/// | Convention | L | Centers move by |
/// |---|---|---|
/// | ``wen`` | ½ Σᵢ dᵢ / B | ``ClassCenters/Update/movingAverage(rate:weighted:)``, rate 0.5 |
/// | ``dacl`` | ½ Σᵢ Σⱼ aᵢⱼ (xᵢⱼ − cⱼ)² / B | the same with inclusion weights |
/// | ``kaiyangZhou`` | Σᵢ dᵢ / B | ``ClassCenters/Update/gradient(rate:)``, rate 0.5 |
/// | ``quaterion`` | ½ Σᵢ dᵢ / (B·D), of embeddings divided by their lengths | the optimizer of the network |
/// | ``dan`` | Σᵢ dᵢ / (B·V), V = Σⱼ varₖ cₖⱼ | the optimizer of the network |
///
/// with dᵢ = ‖xᵢ − c_yᵢ‖².
public struct CenterConvention: Sendable, Hashable, Codable {
  /// What is measured of an embedding.
  public enum Normalization: String, Sendable, Hashable, Codable, CaseIterable {
    /// The embedding itself.
    case none
    /// The embedding divided by its length; centers stay as they are.
    case unitLength
  }

  /// What the sum of distances is divided by.
  public enum Reduction: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing.
    case sum
    /// The number of samples.
    case mean
    /// The number of samples times that of coordinates.
    case elementMean
    /// The number of samples times the spread of the centers, the sum over coordinates of their unbiased variance.
    /// Gradient flows through it: centers are pushed apart.
    case spread
  }

  /// What is measured of an embedding.
  public var normalization: Normalization
  /// The factor of every squared distance, usually 1 or ½.
  public var factor: Double
  /// What the sum of distances is divided by.
  public var reduction: Reduction
  /// Whether the batch's inclusion weights multiply the squared differences of coordinates.
  public var isWeighted: Bool

  /// Creates a convention.
  ///
  /// - Precondition: The factor is positive.
  public init(
    normalization: Normalization = .none, factor: Double, reduction: Reduction, isWeighted: Bool = false
  ) {
    precondition(factor > 0 && factor.isFinite, "the factor of distances has to be a positive number, not \(factor)")
    self.normalization = normalization
    self.factor = factor
    self.reduction = reduction
    self.isWeighted = isWeighted
  }

  /// Half the mean squared distance: Y. Wen et al., ECCV 2016, as codes divide it by B; the paper's own sum is
  /// ``wenSum``.
  public static let wen = CenterConvention(factor: 0.5, reduction: .mean)

  /// Half the sum of squared distances, as Y. Wen et al., ECCV 2016, write it.
  public static let wenSum = CenterConvention(factor: 0.5, reduction: .sum)

  /// The sparse center loss of A. H. Farzaneh and X. Qi, *Facial Expression Recognition in the Wild via Deep Attentive
  /// Center Loss*, WACV 2021: ``wen`` with inclusion weights on coordinates.
  public static let dacl = CenterConvention(factor: 0.5, reduction: .mean, isWeighted: true)

  /// The mean squared distance, as pytorch-center-loss. Its clamp of masked zeros, which adds (C − 1)·10⁻¹², is left out.
  public static let kaiyangZhou = CenterConvention(factor: 1, reduction: .mean)

  /// Half the mean over all coordinates, of embeddings of length 1, as Quaterion.
  public static let quaterion = CenterConvention(normalization: .unitLength, factor: 0.5, reduction: .elementMean)

  /// The mean squared distance over the spread of the centers: the affinity loss of Z. Wen et al., *Distract Your
  /// Attention*, 2021 (DAN).
  public static let dan = CenterConvention(factor: 1, reduction: .spread)
}
