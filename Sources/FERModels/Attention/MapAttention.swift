public import FERMetric

/// The attention between the trunk and the head of an ``ExpressionModel``: one module on the last map of features, not
/// one in every block as in the papers.
///
///     y = SqueezeExcitation( x )      or      y = ConvolutionalBlockAttention( x )
///
/// Maps [B, h, w, C] go in and out. The blocks of the trunk stay as they are, and so do their names in weight files and
/// their fused kernels.
///
///     ModelConfiguration(classes: 7, mapAttention: .squeezeExcitation)       // fer train --map-attention se
///
/// - Complexity: O(B·h·w·C + B·C²/r).
/// - SeeAlso: ``SqueezeExcitation``, ``ConvolutionalBlockAttention``; Docs/Attention.md.
public struct MapAttention<Scalar: TensorScalar>: Layer {
  /// A module with its layers.
  public enum Module: Sendable {
    /// The channels are weighted.
    case squeezeExcitation(SqueezeExcitation<Scalar>)
    /// The channels are weighted, then the pixels.
    case cbam(ConvolutionalBlockAttention<Scalar>)
  }

  /// What the backward pass needs.
  public enum Trace: Sendable {
    /// Of squeeze-and-excitation.
    case squeezeExcitation(SqueezeExcitation<Scalar>.Trace)
    /// Of CBAM.
    case cbam(ConvolutionalBlockAttention<Scalar>.Trace)
  }

  /// What determined the architecture.
  public let configuration: MapAttentionConfiguration
  /// The module.
  public private(set) var module: Module

  /// Creates an attention over maps of `channels` channels.
  ///
  /// - Precondition: `channels` and the configuration's reduction are positive.
  public init(
    channels: Int, _ configuration: MapAttentionConfiguration, using initializer: inout WeightInitializer
  ) {
    self.configuration = configuration
    let reduction = configuration.reduction
    switch configuration.kind {
    case .squeezeExcitation:
      module = .squeezeExcitation(
        SqueezeExcitation(channels: channels, reduction: reduction, using: &initializer))
    case .cbam:
      module = .cbam(
        ConvolutionalBlockAttention(channels: channels, reduction: reduction, using: &initializer))
    }
  }

  /// Weights a map for inference; nothing changes.
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    switch module {
    case .squeezeExcitation(let excitation): excitation(input)
    case .cbam(let block): block(input)
    }
  }

  /// Weights a map, and returns what the backward pass needs.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Trace) {
    switch module {
    case .squeezeExcitation(var excitation):
      let (output, trace) = excitation.forward(input)
      module = .squeezeExcitation(excitation)
      return (output, .squeezeExcitation(trace))
    case .cbam(var block):
      let (output, trace) = block.forward(input)
      module = .cbam(block)
      return (output, .cbam(trace))
    }
  }

  /// Adds the gradients of the parameters and returns the gradient by the input.
  ///
  /// - Precondition: The trace is one of this module.
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> Tensor<Scalar> {
    switch (module, consume trace) {
    case (.squeezeExcitation(var excitation), .squeezeExcitation(let trace)):
      let result = excitation.backward(gradient, through: trace)
      module = .squeezeExcitation(excitation)
      return result
    case (.cbam(var block), .cbam(let trace)):
      let result = block.backward(gradient, through: trace)
      module = .cbam(block)
      return result
    default:
      preconditionFailure("the trace of another module was given to \(configuration.kind)")
    }
  }

  /// Visits the parameters of the module.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    switch module {
    case .squeezeExcitation(var excitation):
      defer { module = .squeezeExcitation(excitation) }
      try excitation.visitParameters(visit)
    case .cbam(var block):
      defer { module = .cbam(block) }
      try block.visitParameters(visit)
    }
  }

  /// Visits the running statistics of the module.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    guard case .cbam(var block) = module else { return }
    defer { module = .cbam(block) }
    try block.visitBuffers(visit)
  }
}
