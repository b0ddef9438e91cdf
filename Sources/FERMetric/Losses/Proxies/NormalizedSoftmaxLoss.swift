/// Softmax over cosines at a temperature, without any margin.
///
///     zᵢₖ = cos θᵢₖ/T ,   Lᵢ = −ln softmax(zᵢ)_y ,   ∂Lᵢ/∂cos θᵢₖ = (softmax(zᵢ)ₖ − 1[k = yᵢ])/T
///
/// The default T = 0.05 is that of pytorch-metric-learning.
///
///     var loss = NormalizedSoftmaxLoss<Float>()
///     let value = try loss(batch, weight: 1, accumulatingInto: &gradients)     // batch.centers: the proxies
///
/// - Complexity: O(B·C·D).
/// - SeeAlso: A. Zhai and H. Wu, *Classification is a Strong Baseline for Deep Metric Learning*, BMVC 2019.
public struct NormalizedSoftmaxLoss<Scalar: TensorScalar>: ProxyLoss, Hashable, Codable {
  /// T
  public let temperature: Double
  /// How samples are put together.
  public let reduction: BatchReduction
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy

  /// Creates the loss.
  ///
  /// - Precondition: The temperature is positive.
  public init(
    temperature: Double = 0.05, reduction: BatchReduction = .mean, nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(
      temperature > 0 && temperature.isFinite, "a temperature has to be a positive number, not \(temperature)")
    self.temperature = temperature
    self.reduction = reduction
    self.nonFinite = nonFinite
  }

  /// Takes the cross-entropy of cosines over the temperature.
  public func evaluate(
    _ angles: ProxyAngles<Scalar>, slopes: inout MutableMatrixView<Scalar>
  ) -> LossValue<Scalar> {
    let cosines = angles.cosines
    let labels = angles.labels
    slopes.assign(cosines, scaledBy: Scalar(1 / temperature))
    return ClassScores(reduction: reduction).crossEntropy(&slopes, labels: labels, factor: 1 / temperature)
  }

  /// cos θ/T
  public func scores(ofCosines cosines: Tensor<Scalar>) -> Tensor<Scalar> { Scalar(1 / temperature) * cosines }
}
