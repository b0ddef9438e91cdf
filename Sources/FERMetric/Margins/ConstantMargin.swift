/// The same margin for every sample, as in TC3L.
///
///     mᵢ = m ,   or   mᵢ = τ·D
///
/// A margin has the unit of the distances: for squashed coordinates each coordinate counts at most 1, so that τ = 1 is
/// the lossless margin.
public struct ConstantMargin<Scalar: TensorScalar>: MarginGenerator, Codable, Hashable {
  private var absolute: Double
  private var perDimension: Double

  /// Creates the margin m.
  public init(_ margin: Double) {
    precondition(margin.isFinite, "a margin has to be a finite number, not \(margin)")
    absolute = margin
    perDimension = 0
  }

  /// Creates the margin τ·D, which follows the embedding dimension.
  public init(perDimension threshold: Double) {
    precondition(threshold.isFinite, "a margin has to be a finite number, not \(threshold)")
    absolute = 0
    perDimension = threshold
  }

  /// Writes the margin for every sample.
  public func margins(for batch: MetricBatch<Scalar>, into margins: inout MutableSpan<Scalar>) {
    margins.update(repeating: Scalar(absolute + perDimension * Double(batch.dimension)))
  }

  /// m/D, or τ: the weights sum to D at most.
  public func lowerBound(dimension: Int) -> Double? { absolute / Double(max(dimension, 1)) + perDimension }
}

extension MarginGenerator {
  /// The margin m for every sample.
  public static func constant<S: TensorScalar>(_ margin: Double) -> Self where Self == ConstantMargin<S> {
    ConstantMargin(margin)
  }
}
