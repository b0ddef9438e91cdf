/// Softmax cross-entropy over logits: the classification part of the objective.
///
/// With p = softmax(z) and targets t (one-hot for labels), smoothed to t′ = (1 − ε)·t + ε/C, and class weights w,
///
///     Lᵢ = −Σₖ wₖ t′ᵢₖ ln pᵢₖ ,   L = Σᵢ Lᵢ / Σᵢ w of the label of i        (labels)
///                                 L = Σᵢ Lᵢ / B                             (soft targets)
///     ∂L/∂zᵢₖ = (pᵢₖ Σₗ wₗ t′ᵢₗ − wₖ t′ᵢₖ) / the same denominator
///
/// These are the conventions of PyTorch, weights and smoothing included.
///
///     let ce = SoftmaxCrossEntropy<Float>(labelSmoothing: 0.1)
///     let loss = try ce(logits.matrix, labels: labels.span, accumulatingInto: &gradient)
///
/// ## Numerical behavior
/// The largest logit is subtracted first; a difference beyond 87 in `Float` (708 in `Double`) counts as probability 0.
///
/// - Complexity: O(B·C).
public struct SoftmaxCrossEntropy<Scalar: TensorScalar>: ClassificationLoss, Hashable, Codable {
  /// `[C]`, or `nil` for ones; ``ClassWeighting`` makes them from the classes' numbers of examples.
  public let classWeights: [Scalar]?
  /// ε, the share of each target that is spread evenly over all classes.
  public let labelSmoothing: Double
  /// What to do with rows of logits that are not finite.
  public let nonFinite: NonFinitePolicy

  /// Creates the loss.
  ///
  /// - Precondition: Weights are finite and not negative; smoothing lies in 0..<1.
  public init(classWeights: [Scalar]? = nil, labelSmoothing: Double = 0, nonFinite: NonFinitePolicy = .strict) {
    precondition(
      classWeights?.allSatisfy { $0 >= 0 && $0.isFinite } ?? true, "class weights have to be finite and not negative")
    precondition(
      labelSmoothing >= 0 && labelSmoothing < 1, "label smoothing has to lie in 0..<1, not \(labelSmoothing)")
    self.classWeights = classWeights
    self.labelSmoothing = labelSmoothing
    self.nonFinite = nonFinite
  }

  /// The loss for labels; adds `weight` × gradient to `gradient`.
  ///
  /// - Parameters:
  ///   - logits: `[B, C]`.
  ///   - labels: `[B]`, each in `0..<C`.
  ///   - included: `[B]`: samples that take part, `nil` for all; the others add nothing and leave the denominator.
  ///   - weight: The factor of this loss in the whole objective; the value returned does not contain it.
  ///   - gradient: `[B, C]`, added to.
  /// - Throws: ``MetricError`` for logits that are not finite, under the strict policy; nothing has then been added.
  /// - Precondition: Sizes fit, and labels of samples that take part lie in range.
  public func callAsFunction(
    _ logits: MatrixView<Scalar>, labels: Span<Int>, included: Span<Bool>? = nil, weight: Scalar = 1,
    accumulatingInto gradient: inout MutableMatrixView<Scalar>
  ) throws(MetricError) -> Scalar {
    try run(CrossEntropyInput(logits: logits, labels: labels, included: included), weight: weight, into: &gradient)
  }

  /// The loss for labels, without gradient.
  public func value(
    _ logits: MatrixView<Scalar>, labels: Span<Int>, included: Span<Bool>? = nil
  ) throws(MetricError) -> Scalar {
    try run(CrossEntropyInput(logits: logits, labels: labels, included: included))
  }

  /// The loss for soft targets; adds `weight` × gradient to `gradient`.
  ///
  /// - Parameters:
  ///   - logits: `[B, C]`.
  ///   - targets: `[B, C]`, usually rows that sum to 1.
  ///   - weight: The factor of this loss in the whole objective; the value returned does not contain it.
  ///   - gradient: `[B, C]`, added to.
  /// - Throws: ``MetricError`` for numbers that are not finite, under the strict policy.
  /// - Precondition: Sizes fit.
  public func callAsFunction(
    _ logits: MatrixView<Scalar>, targets: MatrixView<Scalar>, weight: Scalar = 1,
    accumulatingInto gradient: inout MutableMatrixView<Scalar>
  ) throws(MetricError) -> Scalar {
    try run(CrossEntropyInput(logits: logits, targets: targets), weight: weight, into: &gradient)
  }

  /// The loss for soft targets, without gradient.
  public func value(_ logits: MatrixView<Scalar>, targets: MatrixView<Scalar>) throws(MetricError) -> Scalar {
    try run(CrossEntropyInput(logits: logits, targets: targets))
  }

  private func run(_ input: CrossEntropyInput<Scalar>) throws(MetricError) -> Scalar {
    let included = try input.finiteRows(nonFinite)
    let scale = input.scale(classWeights: classWeights, included: included)
    return Scalar(
      Scalar.metricKernels.crossEntropy(
        input.logits, labels: input.labels, targets: input.targets, classWeights: classWeights?.span,
        included: included?.span, smoothing: labelSmoothing, scale: scale))
  }

  private func run(
    _ input: CrossEntropyInput<Scalar>, weight: Scalar, into gradient: inout MutableMatrixView<Scalar>
  ) throws(MetricError) -> Scalar {
    let (rows, columns) = (gradient.rows, gradient.columns)
    precondition(
      rows == input.logits.rows && columns == input.logits.columns,
      "a gradient \(rows)×\(columns) does not fit logits \(input.logits.rows)×\(input.logits.columns)")
    let included = try input.finiteRows(nonFinite)
    let scale = input.scale(classWeights: classWeights, included: included)
    return Scalar(
      Scalar.metricKernels.crossEntropy(
        input.logits, labels: input.labels, targets: input.targets, classWeights: classWeights?.span,
        included: included?.span, smoothing: labelSmoothing, scale: scale, gradientScale: Double(weight),
        gradient: &gradient))
  }
}
