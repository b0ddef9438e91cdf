/// SoftTriple: softmax over classes that keep K proxies each, of which the nearest count most.
///
///     Sᵢₖ = Σ over members m of wᵢₖₘ·cos θᵢₖₘ ,   wᵢₖ = softmax over m of cos θᵢₖₘ/γ
///     zᵢₖ = λ·(Sᵢₖ − δ·1[k = yᵢ]) ,   Lᵢ = −ln softmax(zᵢ)_y
///     ∂Sᵢₖ/∂cos θᵢₖₘ = wᵢₖₘ·(1 + (cos θᵢₖₘ − Sᵢₖ)/γ)
///
/// Defaults are those of pytorch-metric-learning: K = 10, λ = 20, γ = 0.1, δ = 0.01, and no regularizer. The batch's
/// centers are the proxies, `[C·K, D]`, those of class k in rows k·K ..< (k + 1)·K.
///
///     var loss = SoftTripleLoss<Float>(proxiesPerClass: 4)
///     let value = try loss(batch, weight: 1, accumulatingInto: &gradients)     // batch.centers: the proxies
///
/// - Complexity: O(B·C·K·D).
/// - SeeAlso: Q. Qian et al., *SoftTriple Loss: Deep Metric Learning Without Triplet Sampling*, ICCV 2019.
public struct SoftTripleLoss<Scalar: TensorScalar>: ProxyLoss, Hashable, Codable {
  /// K
  public let proxiesPerClass: Int
  /// λ
  public let scale: Double
  /// γ
  public let temperature: Double
  /// δ, in cosines.
  public let margin: Double
  /// How samples are put together.
  public let reduction: BatchReduction
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy

  /// Creates the loss.
  ///
  /// - Precondition: There is at least one proxy for each class; scale and temperature are positive.
  public init(
    proxiesPerClass: Int = 10, scale: Double = 20, temperature: Double = 0.1, margin: Double = 0.01,
    reduction: BatchReduction = .mean, nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(proxiesPerClass > 0, "a class needs at least one proxy, not \(proxiesPerClass)")
    precondition(scale > 0 && scale.isFinite, "the scale of similarities has to be a positive number, not \(scale)")
    precondition(
      temperature > 0 && temperature.isFinite, "a temperature has to be a positive number, not \(temperature)")
    precondition(margin.isFinite, "a margin has to be a finite number, not \(margin)")
    self.proxiesPerClass = proxiesPerClass
    self.scale = scale
    self.temperature = temperature
    self.margin = margin
    self.reduction = reduction
    self.nonFinite = nonFinite
  }

  /// Takes the cross-entropy of similarities, then passes its derivatives on to the cosines.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func evaluate(
    _ angles: ProxyAngles<Scalar>, slopes: inout MutableMatrixView<Scalar>
  ) -> LossValue<Scalar> {
    let cosines = angles.cosines
    let labels = angles.labels
    var similarities = Tensor<Scalar>(uninitialized: [cosines.rows, cosines.columns / proxiesPerClass])
    var scores = similarities.mutableMatrix
    Scalar.metricKernels.softSimilarities(
      of: cosines, members: proxiesPerClass, sharpness: Scalar(1 / temperature), into: &scores, derivatives: &slopes)
    for place in 0..<scores.elements.count { scores.elements[place] *= Scalar(scale) }
    for i in labels.indices { scores[i, labels[i]] -= Scalar(scale * margin) }
    var value = ClassScores(reduction: reduction).crossEntropy(&scores, labels: labels, factor: scale)
    value.meanMargin = Scalar(margin)
    for place in 0..<scores.elements.count {
      let slope = scores.elements[place]
      for member in place * proxiesPerClass..<(place + 1) * proxiesPerClass { slopes.elements[member] *= slope }
    }
    return value
  }

  /// The similarities S, as pytorch-metric-learning's `get_logits` gives them.
  public func scores(ofCosines cosines: Tensor<Scalar>) -> Tensor<Scalar> {
    let shape: Shape = [cosines.shape[0], cosines.shape[1] / proxiesPerClass]
    var similarities = Tensor<Scalar>(uninitialized: shape)
    var derivatives = Tensor<Scalar>(uninitialized: cosines.shape)
    var target = similarities.mutableMatrix
    var unused = derivatives.mutableMatrix
    Scalar.metricKernels.softSimilarities(
      of: cosines.matrix, members: proxiesPerClass, sharpness: Scalar(1 / temperature), into: &target,
      derivatives: &unused)
    return similarities
  }
}
