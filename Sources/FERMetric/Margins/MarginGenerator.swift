/// Gives each sample its margin, and passes the gradient with respect to margins on to what they were made of.
public protocol MarginGenerator<Scalar>: Sendable {
  /// The number type.
  associatedtype Scalar: TensorScalar

  /// Writes one margin for each sample.
  func margins(for batch: MetricBatch<Scalar>, into margins: inout MutableSpan<Scalar>)

  /// Adds the gradient of what the margins were made of. By default margins are constants.
  func accumulateGradient(
    ofMargins marginGradients: Span<Scalar>, for batch: MetricBatch<Scalar>,
    into gradients: inout MetricGradients<Scalar>)
}

extension MarginGenerator {
  public func accumulateGradient(
    ofMargins marginGradients: Span<Scalar>, for batch: MetricBatch<Scalar>,
    into gradients: inout MetricGradients<Scalar>
  ) {}
}
