/// ArcFace: softmax over angles, with a margin added to the angle of the own proxy.
///
///     zᵢₖ = s·cos θᵢₖ for k ≠ yᵢ ,   zᵢy = s·cos(θᵢy + m) if θᵢy ≤ π − m, else s·(cos θᵢy − m·sin m)
///     Lᵢ = −ln softmax(zᵢ)_y
///
/// The second branch keeps z falling where θ + m would pass π. The margin is given in degrees and the defaults are those
/// of pytorch-metric-learning: 28.6° (0.499 rad) and s = 64.
///
///     var loss = ArcFaceLoss<Float>()
///     let value = try loss(batch, weight: 1, accumulatingInto: &gradients)     // batch.centers: the proxies
///     let scores = loss.logits(of: x, proxies: proxies)                        // [B, C], s·cos θ
///
/// ## Numerical behavior
/// No arc cosine is taken: sin θ = ½‖x̂ − p̂‖·‖x̂ + p̂‖ keeps its digits for small angles and near π. The slope's sin m/sin θ
/// is left out where sin θ ≤ 4ε: an embedding on its own proxy has no direction to turn in, and gets a finite gradient,
/// where automatic differentiation of the arc cosine gives NaN. Beyond π − m the slope is exactly s.
///
/// - Complexity: O(B·C·D).
/// - SeeAlso: J. Deng et al., *ArcFace: Additive Angular Margin Loss for Deep Face Recognition*, CVPR 2019.
public struct ArcFaceLoss<Scalar: TensorScalar>: ProxyLoss, Hashable, Codable {
  /// m, in degrees.
  public let degrees: Double
  /// s
  public let scale: Double
  /// How samples are put together.
  public let reduction: BatchReduction
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy

  /// Creates the loss.
  ///
  /// - Parameters:
  ///   - degrees: The margin m in degrees.
  ///   - scale: s, which cosines are multiplied by.
  ///   - reduction: How losses become one number.
  ///   - nonFinite: What to do with samples that are not finite.
  /// - Precondition: The margin lies in 0...180 degrees, and the scale is positive.
  public init(
    degrees: Double = 28.6, scale: Double = 64, reduction: BatchReduction = .mean, nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(degrees >= 0 && degrees <= 180, "the margin of an angle lies in 0...180 degrees, not at \(degrees)")
    precondition(scale > 0 && scale.isFinite, "the scale of cosines has to be a positive number, not \(scale)")
    self.degrees = degrees
    self.scale = scale
    self.reduction = reduction
    self.nonFinite = nonFinite
  }

  /// True: cos(θ + m) = cos θ·cos m − sin θ·sin m.
  public var readsSines: Bool { true }

  /// Adds the margin to own angles, then takes the cross-entropy.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func evaluate(
    _ angles: ProxyAngles<Scalar>, slopes: inout MutableMatrixView<Scalar>
  ) -> LossValue<Scalar> {
    let cosines = angles.cosines
    let labels = angles.labels
    slopes.assign(cosines, scaledBy: Scalar(scale))
    let margin = AngularMargin<Scalar>(degrees: degrees)
    guard let sines = angles.ownSines else { preconditionFailure("ArcFace reads the sines of own angles") }
    var factors = [Scalar](repeating: 1, count: labels.count)
    for i in labels.indices {
      let own = margin.shifted(cosine: cosines[i, labels[i]], sine: sines[i])
      slopes[i, labels[i]] = Scalar(scale) * own.value
      factors[i] = own.slope
    }
    var value = ClassScores(reduction: reduction).crossEntropy(&slopes, labels: labels, factor: scale)
    for i in labels.indices { slopes[i, labels[i]] *= factors[i] }
    value.meanMargin = Scalar(margin.radians)
    return value
  }

  /// s·cos θ
  public func scores(ofCosines cosines: Tensor<Scalar>) -> Tensor<Scalar> { Scalar(scale) * cosines }
}
