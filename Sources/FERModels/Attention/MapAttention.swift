public import FERMetric

/// The attention between the trunk and the head of an ``ExpressionModel``: one module on the last map of features.
///
///     y = SqueezeExcitation( x )      or      y = ConvolutionalBlockAttention( x )
///
/// Maps [B, h, w, C] go in and out. The blocks of the trunk stay as they are, and so do their names in weight files and
/// their fused kernels.
///
///     ModelConfiguration(classes: 7, mapAttention: .squeezeExcitation)       // fer train --map-attention se
///
/// - SeeAlso: ``SqueezeExcitation``, ``ConvolutionalBlockAttention``; Docs/Attention.md.
public struct MapAttention<Scalar: TensorScalar>: Layer {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    let excitation: SqueezeExcitation<Scalar>.Trace?
    let block: ConvolutionalBlockAttention<Scalar>.Trace?
  }

  /// What determined the architecture.
  public let configuration: MapAttentionConfiguration
  /// The module of the kind `.squeezeExcitation`; else nil.
  public var excitation: SqueezeExcitation<Scalar>?
  /// The module of the kind `.cbam`; else nil.
  public var block: ConvolutionalBlockAttention<Scalar>?

  /// Creates an attention over maps of `channels` channels.
  ///
  /// - Precondition: `channels` and the configuration's reduction are positive.
  public init(
    channels: Int, _ configuration: MapAttentionConfiguration, using initializer: inout WeightInitializer
  ) {
    self.configuration = configuration
    switch configuration.kind {
    case .squeezeExcitation:
      excitation = SqueezeExcitation(channels: channels, reduction: configuration.reduction, using: &initializer)
    case .cbam:
      block = ConvolutionalBlockAttention(
        channels: channels, reduction: configuration.reduction, using: &initializer)
    }
  }

  /// Weights a map for inference; nothing changes.
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    if let excitation { return excitation(input) }
    return block?(input) ?? input
  }

  /// Weights a map, and returns what the backward pass needs.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Trace) {
    switch configuration.kind {
    case .squeezeExcitation:
      let (output, trace) = excitation!.forward(input)
      return (output, Trace(excitation: trace, block: nil))
    case .cbam:
      let (output, trace) = block!.forward(input)
      return (output, Trace(excitation: nil, block: trace))
    }
  }

  /// Adds the gradients of the parameters and returns the gradient by the input.
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> Tensor<Scalar> {
    let (excitationTrace, blockTrace) = (trace.excitation, trace.block)
    if let excitationTrace { return excitation!.backward(gradient, through: excitationTrace) }
    return block!.backward(gradient, through: blockTrace!)
  }

  /// Visits the parameters of the module.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try excitation?.visitParameters(visit)
    try block?.visitParameters(visit)
  }

  /// Visits the running statistics of the module.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    try block?.visitBuffers(visit)
  }
}
