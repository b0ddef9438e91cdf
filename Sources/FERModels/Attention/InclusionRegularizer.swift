public import FERMetric

/// What keeps the inclusion weights from collapsing to zero where a loss pushes all of them the same way.
///
/// The joint objective puts it between the attention and the metric loss:
///
///     let used = regularizer.apply(to: outputs.inclusion)              // goes into the loss
///     let penalty = regularizer.penalty(of: outputs.inclusion)         // is added to the total
///     let gradient = regularizer.backward(usedGradient, through: outputs.inclusion)
public enum InclusionRegularizer: Codable, Sendable, Hashable {
  /// The weights are used as they are.
  case none
  /// Each row is divided by its mean, a ← a·D/Σa, so that only proportions matter. A row of zeros stays.
  case meanNormalized
  /// η·(mean a − ρ)² over the whole batch is added to the loss; the method's values are η = 0.1 and ρ = 0.5.
  case penalty(weight: Double = 0.1, target: Double = 0.5)

  /// The weights that the loss uses, [B, D].
  public func apply<Scalar>(to inclusion: Tensor<Scalar>) -> Tensor<Scalar> {
    guard case .meanNormalized = self else { return inclusion }
    let (rows, columns) = (inclusion.shape[0], inclusion.shape[1])
    var result = inclusion
    let a = inclusion.span
    var scaled = result.mutableSpan
    for i in 0..<rows {
      let sum = Self.sum(a, i * columns..<(i + 1) * columns)
      guard sum > 0 else { continue }
      for j in i * columns..<(i + 1) * columns { scaled[j] *= Scalar(columns) / sum }
    }
    return result
  }

  /// The number added to the loss.
  public func penalty<Scalar>(of inclusion: Tensor<Scalar>) -> Scalar {
    guard case .penalty(let weight, let target) = self else { return 0 }
    let distance = inclusion.mean() - Scalar(target)
    return Scalar(weight) * distance * distance
  }

  /// The gradient by the attention's weights, the penalty's own included.
  ///
  /// For normalized means ∂aₖ = D/S · (gₖ − Σⱼ gⱼ·aⱼ/S) with S = Σ a of the row; for the penalty
  /// 2η·(mean a − ρ)/(B·D) is added to each.
  ///
  /// - Parameters:
  ///   - gradient: The gradient of the loss by the weights that ``apply(to:)`` returned, [B, D].
  ///   - inclusion: The attention's weights, [B, D].
  ///   - scale: Multiplies the penalty in the total loss.
  /// - Precondition: The shapes are equal.
  public func backward<Scalar>(
    _ gradient: Tensor<Scalar>, through inclusion: Tensor<Scalar>, scale: Scalar = 1
  ) -> Tensor<Scalar> {
    precondition(
      gradient.shape == inclusion.shape && inclusion.rank == 2,
      "a gradient of shape \(gradient.shape) does not belong to inclusion weights of shape \(inclusion.shape)")
    switch self {
    case .none:
      return gradient
    case .penalty(let weight, let target):
      let distance = inclusion.mean() - Scalar(target)
      return gradient + scale * 2 * Scalar(weight) * distance / Scalar(inclusion.count)
    case .meanNormalized:
      let (rows, columns) = (inclusion.shape[0], inclusion.shape[1])
      var result = gradient
      let (g, a) = (gradient.span, inclusion.span)
      var byWeight = result.mutableSpan
      for i in 0..<rows {
        let row = i * columns..<(i + 1) * columns
        let sum = Self.sum(a, row)
        guard sum > 0 else { continue }
        var product: Scalar = 0
        for j in row { product += g[j] * a[j] }
        for j in row { byWeight[j] = Scalar(columns) / sum * (g[j] - product / sum) }
      }
      return result
    }
  }

  private static func sum<Scalar: TensorScalar>(_ values: Span<Scalar>, _ range: Range<Int>) -> Scalar {
    var total: Scalar = 0
    for j in range { total += values[j] }
    return total
  }
}
