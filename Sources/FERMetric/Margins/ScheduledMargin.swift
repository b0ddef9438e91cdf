/// Margins of another generator times a factor that changes in training.
///
///     mᵢ = f(t)·mᵢ of the base ,   t = the number of training steps so far
///
/// A margin that grows lets a network sort classes out before it has to separate them far; one that shrinks keeps samples
/// active early and frees them later. The step count is part of a checkpoint. Evaluation uses the factor of the next
/// training step.
///
/// Collapse: the factor is not learned, so the loss cannot lower it. While it is 0, a hinge is content with equal
/// centers: a schedule that starts at 0 needs a classification loss beside it until it has grown, and distinct centers.
/// An attached adaptive margin as the base collapses the attention as fast as the factor allows.
///
///     TripletCenterLoss<Float>(margin: .adaptive().scheduled(.linear(from: 0.1, to: 1, steps: 2000)))
public struct ScheduledMargin<Scalar: TensorScalar>: MarginGenerator {
  /// Whose margins are multiplied.
  public private(set) var base: any MarginGenerator<Scalar>
  /// The factor by step.
  public let schedule: MarginSchedule
  /// t, the number of training steps so far.
  public private(set) var step = 0

  /// Creates the generator at step 0.
  ///
  /// - Precondition: Factors are finite and not negative, and stages stand in order.
  public init(_ base: any MarginGenerator<Scalar>, schedule: MarginSchedule) {
    if let objection = schedule.objection { preconditionFailure(objection) }
    self.base = base
    self.schedule = schedule
  }

  /// Whether the base's margins depend on the choice of negatives.
  public var dependsOnSelection: Bool { base.dependsOnSelection }

  /// f(t)
  public var factor: Double { schedule.factor(atStep: step) }

  /// Writes f(t) × the base's margins.
  public func margins(for batch: MetricBatch<Scalar>, into margins: inout MutableSpan<Scalar>) {
    base.margins(for: batch, into: &margins)
    let factor = Scalar(factor)
    for i in 0..<margins.count { margins[i] *= factor }
  }

  /// Writes f(t) × the base's margins.
  public func margins(
    for batch: MetricBatch<Scalar>, against selection: NegativeSelection, into margins: inout MutableSpan<Scalar>
  ) {
    base.margins(for: batch, against: selection, into: &margins)
    let factor = Scalar(factor)
    for i in 0..<margins.count { margins[i] *= factor }
  }

  /// f(t) × the base's slope: ``MetricGradients/margins`` holds the gradient of the base's margins.
  public var marginSlope: Double { factor * base.marginSlope }

  /// Passes f(t) × the gradient on to the base.
  public func accumulateGradient(
    ofMargins marginGradients: Span<Scalar>, for batch: MetricBatch<Scalar>,
    into gradients: inout MetricGradients<Scalar>
  ) {
    let scaled = scaled(marginGradients)
    base.accumulateGradient(ofMargins: scaled.span, for: batch, into: &gradients)
  }

  /// Lets the base take in the step, then counts it.
  public mutating func observe(_ batch: MetricBatch<Scalar>, slopes: Span<Scalar>?, selection: NegativeSelection) {
    if let slopes {
      let scaled = scaled(slopes)
      base.observe(batch, slopes: scaled.span, selection: selection)
    } else {
      base.observe(batch, slopes: nil, selection: selection)
    }
    step += 1
  }

  /// Visits `step`, and the base's records.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    var state = MetricState<Scalar>.integers([UInt64(step)])
    try visit("step", &state)
    if case .integers(let restored) = state {
      precondition(restored.count == 1, "a margin's step is one number, not \(restored.count)")
      step = Int(restored[0].asCount)
    }
    try base.visitState(visit)
  }

  /// The smallest factor × the base's bound.
  public func lowerBound(dimension: Int) -> Double? {
    base.lowerBound(dimension: dimension).map { schedule.smallest * $0 }
  }

  private func scaled(_ numbers: Span<Scalar>) -> [Scalar] {
    let factor = Scalar(factor)
    return numbers.indices.map { factor * numbers[$0] }
  }
}

extension MarginGenerator {
  /// These margins times a factor that changes in training.
  public func scheduled(_ schedule: MarginSchedule) -> ScheduledMargin<Scalar> {
    ScheduledMargin(self, schedule: schedule)
  }
}
