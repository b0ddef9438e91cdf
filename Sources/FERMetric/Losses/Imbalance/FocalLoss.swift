/// The focal loss over softmax: cross-entropy that fades where the model is certain already.
///
/// With p = softmax(z), targets t (one-hot for labels), smoothed to t′ = (1 − ε)·t + ε/C, class weights w and the focus
/// γ,
///
///     Lᵢ = −Σₖ wₖ t′ᵢₖ (1 − pᵢₖ)^γ ln pᵢₖ ,   L = Σᵢ Lᵢ / Σᵢ w of the label of i      (labels, .weights)
///                                             L = Σᵢ Lᵢ / B                           (.samples; soft targets)
///
/// γ = 0 is ``SoftmaxCrossEntropy``, weights and smoothing included; γ = 2 is the published choice. The publication
/// speaks of sigmoids over anchors; with softmax over classes and labels only the label's term remains,
/// −w·(1 − p)^γ·ln p. Use it where frequent, easy classes drown rare ones, with class weights or in place of them.
///
///     let weights: [Float] = ClassWeighting.inverseFrequency(power: 0.5).weights(counts: counts)
///     let loss = FocalLoss(focus: 2, classWeights: weights)
///     let value = try loss(logits.matrix, labels: labels.span, accumulatingInto: &gradient)
///
/// ## Numerical behavior
/// 1 − p is summed from the other classes where p > ½, so that it keeps its digits down to the smallest probabilities;
/// for γ < 1, too, the gradient tends to 0 there and is never NaN.
///
/// - Complexity: O(B·C).
/// - SeeAlso: T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, *Focal Loss for Dense Object Detection*, ICCV
///   2017; Docs/Imbalance.md.
public struct FocalLoss<Scalar: TensorScalar>: ClassificationLoss, Hashable, Codable {
  /// What the sum over samples is divided by.
  public enum Denominator: String, Sendable, Hashable, Codable, CaseIterable {
    /// The sum of the weights of the labels, as in cross-entropy.
    case weights
    /// The number of samples: the publication's α-balanced form, in which heavy classes make the whole loss larger.
    case samples
  }

  /// γ, how much certain samples fade.
  public let focus: Double
  /// `[C]`, or `nil` for ones.
  public let classWeights: [Scalar]?
  /// ε, the share of each target that is spread evenly over all classes.
  public let labelSmoothing: Double
  /// What the sum over samples is divided by.
  public let denominator: Denominator
  /// What to do with rows of logits that are not finite.
  public let nonFinite: NonFinitePolicy

  /// Creates the loss.
  ///
  /// - Precondition: The focus is finite and not negative, and so are weights; smoothing lies in 0..<1.
  public init(
    focus: Double = 2, classWeights: [Scalar]? = nil, labelSmoothing: Double = 0, denominator: Denominator = .weights,
    nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(focus >= 0 && focus.isFinite, "the focus has to be finite and not negative, not \(focus)")
    precondition(
      classWeights?.allSatisfy { $0 >= 0 && $0.isFinite } ?? true, "class weights have to be finite and not negative")
    precondition(
      labelSmoothing >= 0 && labelSmoothing < 1, "label smoothing has to lie in 0..<1, not \(labelSmoothing)")
    self.focus = focus
    self.classWeights = classWeights
    self.labelSmoothing = labelSmoothing
    self.denominator = denominator
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

  private var pass: FocalPass<Scalar> {
    FocalPass(focus: Scalar(focus), classWeights: classWeights, smoothing: Scalar(labelSmoothing))
  }

  private func scale(_ input: CrossEntropyInput<Scalar>, _ included: [Bool]?) -> Double {
    let byWeight = input.scale(classWeights: classWeights, included: included)
    return denominator == .weights ? byWeight : input.scale(classWeights: nil, included: included)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func run(_ input: CrossEntropyInput<Scalar>) throws(MetricError) -> Scalar {
    let included = try input.finiteRows(nonFinite)
    let (scale, pass) = (scale(input, included), pass)
    var exponentials = [Scalar](repeating: 0, count: input.logits.columns)
    var (slopes, sum) = (exponentials, 0.0)
    for i in 0..<input.logits.rows where included?[i] ?? true {
      sum += Double(pass.row(input, i, &exponentials, &slopes))
    }
    return Scalar(scale * sum)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func run(
    _ input: CrossEntropyInput<Scalar>, weight: Scalar, into gradient: inout MutableMatrixView<Scalar>
  ) throws(MetricError) -> Scalar {
    let (rows, columns) = (gradient.rows, gradient.columns)
    precondition(
      rows == input.logits.rows && columns == input.logits.columns,
      "a gradient \(rows)×\(columns) does not fit logits \(input.logits.rows)×\(input.logits.columns)")
    let included = try input.finiteRows(nonFinite)
    let (scale, pass) = (scale(input, included), pass)
    let factor = Scalar(scale * Double(weight))
    var exponentials = [Scalar](repeating: 0, count: columns)
    var (slopes, sum) = (exponentials, 0.0)
    for i in 0..<rows where included?[i] ?? true {
      sum += Double(pass.row(input, i, &exponentials, &slopes))
      for k in 0..<columns { gradient[i, k] += factor * slopes[k] }
    }
    return Scalar(scale * sum)
  }
}
