/// ProxyNCA: each embedding nearer to its own proxy than to the others, as a softmax over squared distances.
///
/// Embeddings and proxies are divided by their lengths, so that d² = ‖x̂ − p̂‖² = 2 − 2cos θ:
///
///     zᵢₖ = −s·d²ᵢₖ ,   Lᵢ = −ln softmax(zᵢ)_y ,   ∂Lᵢ/∂cos θᵢₖ = 2s·(softmax(zᵢ)ₖ − 1[k = yᵢ])
///
/// The own proxy stands in the denominator, as in pytorch-metric-learning, whose default s = 1 this is too; the paper
/// leaves it out there. With s = 1 the loss is ``NormalizedSoftmaxLoss`` at T = 1/2; larger scales separate more.
///
///     var loss = ProxyNCALoss<Float>(scale: 8)
///     let value = try loss(batch, weight: 1, accumulatingInto: &gradients)     // batch.centers: the proxies
///
/// ## Numerical behavior
/// Computed from logarithms: no sample leaves the mean because its exponential underflows, as it does in
/// pytorch-metric-learning at large s.
///
/// - Complexity: O(B·C·D).
/// - SeeAlso: Y. Movshovitz-Attias et al., *No Fuss Distance Metric Learning using Proxies*, ICCV 2017.
public struct ProxyNCALoss<Scalar: TensorScalar>: ProxyLoss, Hashable, Codable {
  /// s
  public let scale: Double
  /// How samples are put together.
  public let reduction: BatchReduction
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy

  /// Creates the loss.
  ///
  /// - Precondition: The scale is positive.
  public init(scale: Double = 1, reduction: BatchReduction = .mean, nonFinite: NonFinitePolicy = .strict) {
    precondition(scale > 0 && scale.isFinite, "the scale of distances has to be a positive number, not \(scale)")
    self.scale = scale
    self.reduction = reduction
    self.nonFinite = nonFinite
  }

  /// Takes the cross-entropy of 2s·cos θ, which differs from −s·d² by a constant.
  public func evaluate(
    _ angles: ProxyAngles<Scalar>, slopes: inout MutableMatrixView<Scalar>
  ) -> LossValue<Scalar> {
    let cosines = angles.cosines
    let labels = angles.labels
    slopes.assign(cosines, scaledBy: Scalar(2 * scale))
    return ClassScores(reduction: reduction).crossEntropy(&slopes, labels: labels, factor: 2 * scale)
  }

  /// −s·d²; pytorch-metric-learning's `get_logits` gives d² itself.
  public func scores(ofCosines cosines: Tensor<Scalar>) -> Tensor<Scalar> {
    let factor = Scalar(2 * scale)
    return cosines.map { factor * ($0 - 1) }
  }
}
