/// Gives each sample its margin, and passes the gradient with respect to margins on to what they were made of.
///
/// A generator may keep a record of training, such as a step count or learned margins: it takes in each training step
/// once, after the loss, and never an evaluation.
public protocol MarginGenerator<Scalar>: Sendable {
  /// The number type.
  associatedtype Scalar: TensorScalar

  /// Whether margins are known only once negatives have been chosen. By default they are known before.
  var dependsOnSelection: Bool { get }

  /// Writes one margin for each sample.
  ///
  /// - Precondition: Margins do not depend on the choice of negatives.
  func margins(for batch: MetricBatch<Scalar>, into margins: inout MutableSpan<Scalar>)

  /// Writes one margin for each sample, which may depend on the negatives that were chosen. By default it does not.
  func margins(
    for batch: MetricBatch<Scalar>, against selection: NegativeSelection, into margins: inout MutableSpan<Scalar>)

  /// The derivative of each margin by the number of which ``MetricGradients/margins`` holds the gradient. By default the
  /// number is the margin itself, and this is 1; a generator that multiplies the margins of another gives its factor.
  var marginSlope: Double { get }

  /// Adds the gradient of what the margins were made of. By default margins are constants.
  func accumulateGradient(
    ofMargins marginGradients: Span<Scalar>, for batch: MetricBatch<Scalar>,
    into gradients: inout MetricGradients<Scalar>)

  /// Takes in a training step. By default there is nothing to learn.
  ///
  /// - Parameters:
  ///   - batch: The batch.
  ///   - slopes: `[B]`, the derivative of each sample's own loss by its margin, before the loss's weight and the
  ///     reduction over samples; `nil` for a step of weight 0, which has none.
  ///   - selection: The negatives, and which samples are valid.
  mutating func observe(_ batch: MetricBatch<Scalar>, slopes: Span<Scalar>?, selection: NegativeSelection)

  /// Visits records by name, for checkpoints. By default there are none.
  mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows

  /// The largest β of which it is known that every margin is at least β·Σⱼaⱼ, for weights in 0…1 on `dimension`
  /// coordinates; `nil` where margins come from elsewhere, which is the default.
  ///
  /// The log form takes distances in units of the margin and needs 1.
  func lowerBound(dimension: Int) -> Double?
}

extension MarginGenerator {
  /// False: the margins are known before negatives are chosen.
  public var dependsOnSelection: Bool { false }

  /// Writes the margins that do not depend on the choice of negatives.
  public func margins(
    for batch: MetricBatch<Scalar>, against selection: NegativeSelection, into margins: inout MutableSpan<Scalar>
  ) {
    self.margins(for: batch, into: &margins)
  }

  /// 1: the gradient is that of the margins themselves.
  public var marginSlope: Double { 1 }

  /// Adds nothing: the margins are constants.
  public func accumulateGradient(
    ofMargins marginGradients: Span<Scalar>, for batch: MetricBatch<Scalar>,
    into gradients: inout MetricGradients<Scalar>
  ) {}

  /// Learns nothing.
  public mutating func observe(
    _ batch: MetricBatch<Scalar>, slopes: Span<Scalar>?, selection: NegativeSelection
  ) {}

  /// Visits nothing.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {}

  /// Returns nil: the margins come from elsewhere.
  public func lowerBound(dimension: Int) -> Double? { nil }
}
