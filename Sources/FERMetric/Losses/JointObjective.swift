/// The whole objective of a step: cross-entropy and a weighted metric loss.
///
///     L = L_CE + λ·L_DML (+ η·(mean a − ρ)²)
///
/// λ is the factor of the metric loss. Sums over D coordinates make that loss large, so that λ is small: 0.01 is the
/// start (DACL); the paper gives no value. A training from random weights needs more, see Docs/Method.md.
///
///     var objective = JointObjective<Float>.paper
///     let value = try objective(logits.matrix, batch, logitGradient: &dz, gradients: &gradients)
///
/// - SeeAlso: equation (2) of the paper; Docs/Method.md, A15.
public struct JointObjective<Scalar: TensorScalar>: Sendable {
  /// The classification loss: ``SoftmaxCrossEntropy``, ``FocalLoss`` or one of your own.
  public var classification: any ClassificationLoss<Scalar>
  /// The metric loss, or `nil` for cross-entropy alone.
  public var metric: (any MetricLoss<Scalar>)?
  /// λ
  public var lambda: Scalar
  /// What keeps the inclusion weights from collapsing.
  public var regularizer: AttentionRegularizer

  /// Creates an objective.
  public init(
    classification: any ClassificationLoss<Scalar> = SoftmaxCrossEntropy(), metric: (any MetricLoss<Scalar>)?,
    lambda: Scalar = 0.01, regularizer: AttentionRegularizer = .none
  ) {
    precondition(lambda.isFinite, "the metric loss's weight λ has to be a finite number, not \(lambda)")
    self.classification = classification
    self.metric = metric
    self.lambda = lambda
    self.regularizer = regularizer
  }

  /// AMTC3L with mixed sampling in the default reading, λ = 0.01: the composition that the paper reports as its best.
  public static var paper: JointObjective {
    JointObjective(metric: TripletCenterLoss<Scalar>.paper, lambda: 0.01)
  }

  /// AMTC3L as ``TripletCenterLoss/recommended``, λ = 0.1: what the study of Docs/FERPlus.md chose on its validation
  /// split.
  public static var recommended: JointObjective {
    JointObjective(metric: TripletCenterLoss<Scalar>.recommended, lambda: 0.1)
  }

  /// The training call: adds the gradients of the whole objective.
  ///
  /// - Parameters:
  ///   - logits: `[B, C]`.
  ///   - batch: What the metric loss reads; its labels, and its marks of which samples take part, are those of the
  ///     classification too.
  ///   - logitGradient: `[B, C]`, added to.
  ///   - gradients: Buffers for the metric loss and the regulariser.
  /// - Throws: ``MetricError``; nothing has then been added or observed.
  public mutating func callAsFunction(
    _ logits: MatrixView<Scalar>, _ batch: MetricBatch<Scalar>, logitGradient: inout MutableMatrixView<Scalar>,
    gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> JointValue<Scalar> {
    var value = JointValue(
      crossEntropy: try classification.value(logits, labels: batch.labels, included: batch.included))
    if metric != nil {
      value.metric =
        if regularizer == .meanNormalized {
          try callNormalized(batch, &gradients)
        } else {
          try metric!(batch, weight: lambda, accumulatingInto: &gradients)
        }
    }
    _ = try classification(
      logits, labels: batch.labels, included: batch.included, weight: 1, accumulatingInto: &logitGradient)
    if case .penalty(let strength, let target) = regularizer, let penalty = InclusionPenalty(batch, strength, target) {
      value.regularization = penalty.value
      penalty.accumulate(into: &gradients)
    }
    value.total = value.crossEntropy + lambda * (value.metric?.value ?? 0) + value.regularization
    return value
  }

  /// The value alone; changes nothing.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(_ logits: MatrixView<Scalar>, _ batch: MetricBatch<Scalar>) throws(MetricError) -> JointValue<
    Scalar
  > {
    var value = JointValue(
      crossEntropy: try classification.value(logits, labels: batch.labels, included: batch.included))
    if let metric {
      if regularizer == .meanNormalized, let inclusion = batch.inclusion {
        let normalized = MeanNormalization(inclusion)
        value.metric = try metric.value(for: batch.weighted(by: normalized.weights.matrix))
      } else {
        value.metric = try metric.value(for: batch)
      }
    }
    if case .penalty(let strength, let target) = regularizer, let penalty = InclusionPenalty(batch, strength, target) {
      value.regularization = penalty.value
    }
    value.total = value.crossEntropy + lambda * (value.metric?.value ?? 0) + value.regularization
    return value
  }

  /// Visits the parameters that the metric loss learns under `metric.`.
  public mutating func visitParameters(_ visit: MetricParameterVisitor<Scalar>) rethrows {
    guard metric != nil else { return }
    try metric!.visitParameters { name, parameter in try visit("metric." + name, &parameter) }
  }

  /// Visits the metric loss's state under `metric.`.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    guard metric != nil else { return }
    try metric!.visitState { name, state in try visit("metric." + name, &state) }
  }

  // The loss adds the gradient of normalised weights into the caller's buffer, zeroed meanwhile; then the chain rule
  // turns it into the gradient of the weights themselves.
  private mutating func callNormalized(
    _ batch: MetricBatch<Scalar>, _ gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    guard let inclusion = batch.inclusion else {
      return try metric!(batch, weight: lambda, accumulatingInto: &gradients)
    }
    let normalized = MeanNormalization(inclusion)
    let weighted = batch.weighted(by: normalized.weights.matrix)
    guard let before = MeanNormalization.takeGradient(&gradients) else {
      return try metric!(weighted, weight: lambda, accumulatingInto: &gradients)
    }
    defer { normalized.restore(before, inclusion, &gradients) }
    return try metric!(weighted, weight: lambda, accumulatingInto: &gradients)
  }
}
