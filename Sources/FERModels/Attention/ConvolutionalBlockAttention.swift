public import FERMetric

/// CBAM, the convolutional block attention module: first the channels of a map are weighted, then its pixels.
///
///     y = PixelAttention( ChannelAttention( x ) )
///
/// - SeeAlso: S. Woo, J. Park, J.-Y. Lee and I. S. Kweon, *CBAM: Convolutional block attention module*, ECCV 2018;
///   ``ChannelAttention``, ``PixelAttention``; Docs/Attention.md.
public struct ConvolutionalBlockAttention<Scalar: TensorScalar>: Layer {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    let channel: ChannelAttention<Scalar>.Trace
    let pixel: PixelAttention<Scalar>.Trace
  }

  /// The weighting of the channels, `channel`.
  public var channel: ChannelAttention<Scalar>
  /// The weighting of the pixels, `pixel`.
  public var pixel: PixelAttention<Scalar>

  /// Creates a module for maps of `channels` channels.
  ///
  /// - Precondition: The numbers are positive, and the kernel is odd.
  public init(channels: Int, reduction: Int = 16, kernel: Int = 7, using initializer: inout WeightInitializer) {
    channel = ChannelAttention(channels: channels, reduction: reduction, using: &initializer)
    pixel = PixelAttention(kernel: kernel, using: &initializer)
  }

  /// Weights the channels, then the pixels of a map for inference; nothing changes.
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> { pixel(channel(input)) }

  /// Weights the channels, then the pixels of a map, and returns what the backward pass needs.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Trace) {
    let (weighted, channelTrace) = channel.forward(input)
    let (output, pixelTrace) = pixel.forward(weighted)
    return (output, Trace(channel: channelTrace, pixel: pixelTrace))
  }

  /// Adds the gradients of the parameters and returns the gradient by the input.
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> Tensor<Scalar> {
    let channelTrace = trace.channel
    return channel.backward(pixel.backward(gradient, through: trace.pixel), through: channelTrace)
  }

  /// Visits `channel` and `pixel`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try channel.visitParameters(under: "channel", visit)
    try pixel.visitParameters(under: "pixel", visit)
  }

  /// Visits the running statistics.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    try pixel.visitBuffers(under: "pixel", visit)
  }
}
