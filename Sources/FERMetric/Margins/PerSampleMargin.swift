/// Margins that come with the batch, one for each sample, from a head of your own.
///
/// Their gradient is added to ``MetricGradients/margins``. A margin that is learned without a bound falls: its gradient
/// is never negative. Bound it below, or regularise it.
public struct PerSampleMargin<Scalar: TensorScalar>: MarginGenerator, Codable, Hashable {
  /// Creates the generator.
  public init() {}

  /// Copies the batch's margins.
  ///
  /// - Precondition: The batch has margins.
  public func margins(for batch: MetricBatch<Scalar>, into margins: inout MutableSpan<Scalar>) {
    guard let given = batch.margins else {
      preconditionFailure("PerSampleMargin reads the batch's margins, but the batch has none")
    }
    for i in 0..<margins.count { margins[i] = given[i] }
  }
}

extension MarginGenerator {
  /// The margins that come with the batch.
  public static func perSample<S: TensorScalar>() -> Self where Self == PerSampleMargin<S> { PerSampleMargin() }
}
