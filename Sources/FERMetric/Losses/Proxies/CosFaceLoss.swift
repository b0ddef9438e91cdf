/// CosFace: softmax over cosines, with a margin taken from the cosine of the own proxy.
///
///     zᵢₖ = s·(cos θᵢₖ − m·1[k = yᵢ]) ,   Lᵢ = −ln softmax(zᵢ)_y ,   ∂Lᵢ/∂cos θᵢₖ = s·(softmax(zᵢ)ₖ − 1[k = yᵢ])
///
/// Defaults are those of pytorch-metric-learning: m = 0.35 and s = 64.
///
///     var loss = CosFaceLoss<Float>()
///     let value = try loss(batch, weight: 1, accumulatingInto: &gradients)     // batch.centers: the proxies
///
/// - Complexity: O(B·C·D).
/// - SeeAlso: H. Wang et al., *CosFace: Large Margin Cosine Loss for Deep Face Recognition*, CVPR 2018.
public struct CosFaceLoss<Scalar: TensorScalar>: ProxyLoss, Hashable, Codable {
  /// m, in cosines.
  public let margin: Double
  /// s
  public let scale: Double
  /// How samples are put together.
  public let reduction: BatchReduction
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy

  /// Creates the loss.
  ///
  /// - Precondition: The margin is finite, and the scale is positive.
  public init(
    margin: Double = 0.35, scale: Double = 64, reduction: BatchReduction = .mean, nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(margin.isFinite, "a margin has to be a finite number, not \(margin)")
    precondition(scale > 0 && scale.isFinite, "the scale of cosines has to be a positive number, not \(scale)")
    self.margin = margin
    self.scale = scale
    self.reduction = reduction
    self.nonFinite = nonFinite
  }

  /// Takes the margin from own cosines, then the cross-entropy.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func evaluate(
    _ angles: ProxyAngles<Scalar>, slopes: inout MutableMatrixView<Scalar>
  ) -> LossValue<Scalar> {
    let cosines = angles.cosines
    let labels = angles.labels
    slopes.assign(cosines, scaledBy: Scalar(scale))
    for i in labels.indices { slopes[i, labels[i]] -= Scalar(scale * margin) }
    var value = ClassScores(reduction: reduction).crossEntropy(&slopes, labels: labels, factor: scale)
    value.meanMargin = Scalar(margin)
    return value
  }

  /// s·cos θ
  public func scores(ofCosines cosines: Tensor<Scalar>) -> Tensor<Scalar> { Scalar(scale) * cosines }
}
