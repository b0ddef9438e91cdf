/// A loss over logits and labels: the classification part of an objective.
///
/// Like a ``MetricLoss`` it *adds* `weight` × gradient into a buffer of the caller, and changes nothing when it is
/// asked for its value alone. ``SoftmaxCrossEntropy`` and ``FocalLoss`` conform; either serves in ``JointObjective``:
///
///     let weights: [Float] = ClassWeighting.effectiveNumber(beta: 0.999).weights(counts: counts)
///     let objective = JointObjective(
///       classification: FocalLoss(focus: 2, classWeights: weights), metric: TripletCenterLoss<Float>.paper)
public protocol ClassificationLoss<Scalar>: Sendable {
  /// The number type.
  associatedtype Scalar: TensorScalar

  /// The loss; adds `weight` × gradient to `gradient`.
  ///
  /// - Parameters:
  ///   - logits: `[B, C]`.
  ///   - labels: `[B]`, each in `0..<C`.
  ///   - included: `[B]`: samples that take part, `nil` for all; the others add nothing and leave the denominator.
  ///   - weight: The factor of this loss in the whole objective; the value returned does not contain it.
  ///   - gradient: `[B, C]`, added to.
  /// - Throws: ``MetricError`` for logits that are not finite; nothing has then been added.
  func callAsFunction(
    _ logits: MatrixView<Scalar>, labels: Span<Int>, included: Span<Bool>?, weight: Scalar,
    accumulatingInto gradient: inout MutableMatrixView<Scalar>
  ) throws(MetricError) -> Scalar

  /// The loss, without gradient.
  ///
  /// - Throws: ``MetricError`` for logits that are not finite.
  func value(
    _ logits: MatrixView<Scalar>, labels: Span<Int>, included: Span<Bool>?
  ) throws(MetricError) -> Scalar
}
