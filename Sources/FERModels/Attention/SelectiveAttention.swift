public import FERMetric

/// The selective attention: from the context map H it decides which coordinates of each embedding the metric loss
/// includes, by weights a in 0...1.
///
/// The compact form (173,890 parameters for D = 512) gates pixels, pools by the gate and gates coordinates:
///
///     pixel:    1×1 D → D/8, normalization, ReLU, 1×1 D/8 → 2, softmax              M [B, h, w]
///     pool:     g = Σ M·H / (Σ M + 10⁻⁶)                                            [B, D]
///     element:  linear D → D/4, normalization, ReLU, linear D/4 → D/8, normalization, tanh,
///               linear D/8 → 2·D, softmax over pairs                                a [B, D]
///
/// with no width below 16. The form of DACL (91,862,208 parameters for 7×7×512) flattens H, channel by channel, into
/// linear layers of 7·D, D and D/8. M and a influence nothing but the metric loss.
///
/// Hard inclusion rounds the weights to 0 and 1 and passes gradients straight through.
///
/// - SeeAlso: A. H. Farzaneh and X. Qi, *Facial expression recognition in the wild via deep attentive center loss*,
///   WACV 2021; Docs/Networks.md.
public struct SelectiveAttention<Scalar: TensorScalar>: Parameterized {
  /// What the attention computes.
  public struct Output: Sendable {
    /// The inclusion weights that losses use, [B, D]: 0 or 1 if inclusion is hard.
    public let inclusion: Tensor<Scalar>
    /// The inclusion weights before any rounding, [B, D].
    public let softInclusion: Tensor<Scalar>
    /// The weights M of the pixels, [B, h, w]; nil for the form of DACL.
    public let pixelMap: Tensor<Scalar>?
  }

  /// What the backward pass needs.
  public struct Trace: Sendable {
    let pixel: PixelGate<Scalar>.Trace?
    let element: ElementGate<Scalar>.Trace
    let mapShape: Shape
  }

  /// What determined the architecture.
  public let configuration: AttentionConfiguration
  /// The gate of the pixels, `pixel`; nil for the form of DACL.
  public var pixel: PixelGate<Scalar>?
  /// The gate of the coordinates, `element`.
  public var element: ElementGate<Scalar>

  /// Creates an attention over context maps of `dimension` channels.
  public init(
    dimension: Int, _ configuration: AttentionConfiguration = .compact, using initializer: inout WeightInitializer
  ) {
    self.configuration = configuration
    let (quarter, eighth) = (max(16, dimension / 4), max(16, dimension / 8))
    let bias = Scalar(configuration.bias)
    switch configuration.kind {
    case .compact:
      pixel = PixelGate(channels: dimension, hidden: eighth, using: &initializer)
      element = ElementGate(
        inputs: dimension, hidden: [quarter, eighth], dimension: dimension, bias: bias, using: &initializer)
    case .dacl(let height, let width):
      element = ElementGate(
        inputs: height * width * dimension, hidden: [7 * dimension, dimension, eighth], dimension: dimension,
        bias: bias, using: &initializer)
    }
  }

  /// Computes the weights for inference from the context map [B, h, w, D].
  public func callAsFunction(_ map: Tensor<Scalar>) -> Output {
    if let gated = pixel?(map) { return output(element(gated.pooled), gated.weights) }
    return output(element(flattened(map)), nil)
  }

  /// Computes the weights in training from the context map [B, h, w, D].
  public mutating func forward(_ map: Tensor<Scalar>) -> (output: Output, trace: Trace) {
    let gated = pixel?.forward(map)
    let (weights, trace) = element.forward(gated?.pooled ?? flattened(map))
    return (output(weights, gated?.weights), Trace(pixel: gated?.trace, element: trace, mapShape: map.shape))
  }

  /// Adds the gradients of the parameters and returns the gradient by the context map; nil if it is stopped there.
  ///
  /// - Parameters:
  ///   - gradient: The gradient by ``Output/inclusion``, [B, D]; through rounding it passes unchanged, and with the aim
  ///     `.hardness` with the other sign.
  ///   - trace: What ``forward(_:)`` returned.
  public mutating func backward(_ gradient: Tensor<Scalar>, through trace: consuming Trace) -> Tensor<Scalar>? {
    let (pixelTrace, mapShape) = (trace.pixel, trace.mapShape)
    let pooled = element.backward(
      configuration.aim == .hardness ? gradient * -1 : gradient, through: trace.element)
    let result =
      if let pixelTrace { pixel!.backward(pooled, through: pixelTrace) } else { unflattened(pooled, mapShape) }
    return configuration.stopsGradient || configuration.aim == .hardness ? nil : result
  }

  private func output(_ weights: Tensor<Scalar>, _ pixelMap: Tensor<Scalar>?) -> Output {
    switch configuration.inclusion {
    case .soft:
      return Output(inclusion: weights, softInclusion: weights, pixelMap: pixelMap)
    case .hard(let threshold):
      let rounded = weights.map { $0 >= Scalar(threshold) ? 1 : 0 }
      return Output(inclusion: rounded, softInclusion: weights, pixelMap: pixelMap)
    }
  }

  /// Visits `pixel` and `element`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try pixel?.visitParameters(under: "pixel", visit)
    try element.visitParameters(under: "element", visit)
  }

  /// Visits the running statistics of both gates.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    try pixel?.visitBuffers(under: "pixel", visit)
    try element.visitBuffers(under: "element", visit)
  }
}
