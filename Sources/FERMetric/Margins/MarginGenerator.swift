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

  /// The largest β of which it is known that every margin is at least β·Σⱼaⱼ, for weights in 0…1 on `dimension`
  /// coordinates; `nil` where margins come from elsewhere, which is the default.
  ///
  /// The log form takes distances in units of the margin and needs 1.
  func lowerBound(dimension: Int) -> Double?
}

extension MarginGenerator {
  /// Adds nothing: the margins are constants.
  public func accumulateGradient(
    ofMargins marginGradients: Span<Scalar>, for batch: MetricBatch<Scalar>,
    into gradients: inout MetricGradients<Scalar>
  ) {}

  /// Returns nil: the margins come from elsewhere.
  public func lowerBound(dimension: Int) -> Double? { nil }
}
