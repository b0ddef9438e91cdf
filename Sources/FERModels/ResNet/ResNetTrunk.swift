public import FERMetric

/// A ResNet up to its last map of features: pictures [B, H, W, 3] to [B, H/32, W/32, C] (H/16 with the small stem).
///
/// Structure, names and initialization are torchvision's.
///
///     let trunk = ResNetTrunk<Float>(depth: .eighteen)
///     let map = trunk(pictures)                             // [B, 7, 7, 512] for pictures of 224 pixels
///
/// - SeeAlso: K. He et al., *Deep residual learning for image recognition*, CVPR 2016.
public struct ResNetTrunk<Scalar: TensorScalar>: Layer {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    var stem: ConvolutionUnit<Scalar>.Trace
    var pooling: PoolingTrace<Scalar>
    var blocks: [ResidualBlock<Scalar>.Trace]
  }

  /// The first convolution, `conv1` and `bn1`.
  public var stem: ConvolutionUnit<Scalar>
  /// The maximum pooling behind it: 3×3 with stride 2.
  public var pooling = MaximumPooling<Scalar>(PoolingWindow(size: 3, stride: 2, padding: 1))
  /// The four stages, `layer1` to `layer4`.
  public var stages: [[ResidualBlock<Scalar>]]

  /// Creates a trunk.
  ///
  /// - Parameters:
  ///   - depth: 18 or 50.
  ///   - stem: The first convolution.
  ///   - width: Multiplies the channels of every layer; 0.5 halves them.
  ///   - initializer: Draws the filters.
  /// - Precondition: `width` leaves each layer at least one channel.
  public init(
    depth: ResNetDepth, stem: ResNetStem = .standard, width: Double = 1, using initializer: inout WeightInitializer
  ) {
    let base = Int((64 * width).rounded())
    precondition(base >= 1, "a ResNet of width \(width) has no channels left; 1/64 is the least")
    let geometry =
      stem == .standard
      ? ConvolutionGeometry(inputChannels: 3, outputChannels: base, kernel: 7, stride: 2, padding: 3)
      : ConvolutionGeometry(inputChannels: 3, outputChannels: base, kernel: 3, padding: 1)
    self.stem = ConvolutionUnit(geometry, rectified: true, names: .init("conv1", "bn1"), using: &initializer)
    stages = []
    var channels = base
    for (i, count) in depth.blockCounts.enumerated() {
      var stage: [ResidualBlock<Scalar>] = []
      for j in 0..<count {
        stage.append(
          ResidualBlock(
            depth: depth, inputChannels: channels, channels: base << i, stride: i > 0 && j == 0 ? 2 : 1,
            using: &initializer))
        channels = (base << i) * depth.expansion
      }
      stages.append(stage)
    }
    self.channels = channels
  }

  /// The number of channels of the map of features: 2048 for ResNet-50, 512 for ResNet-18.
  public let channels: Int

  /// Computes the map of features for inference; nothing changes.
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    var output = pooling(stem(input))
    for block in stages.joined() { output = block(output) }
    return output
  }

  /// Computes the map of features, and what the backward pass needs.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Trace) {
    let (rectified, stemTrace) = stem.forward(input)
    // The largest map of all: only its maxima are needed again.
    let (pooled, poolingTrace) = pooling.forward(consume rectified)
    var trace = Trace(stem: stemTrace, pooling: poolingTrace, blocks: [])
    var output = consume pooled
    for i in stages.indices {
      for j in stages[i].indices {
        let step = stages[i][j].forward(output)
        output = step.output
        trace.blocks.append(step.trace)
      }
    }
    return (output, trace)
  }

  /// Adds the gradients of the parameters and returns the gradient by the pictures.
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> Tensor<Scalar> {
    let stemTrace = trace.stem
    return stem.backward(backwardToStem(gradient, consume trace), through: stemTrace)
  }

  /// Adds the gradients of all parameters; the gradient by the pictures, which costs a convolution, is not computed.
  public mutating func accumulateGradients(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) {
    let stemTrace = trace.stem
    stem.accumulate(backwardToStem(gradient, consume trace), through: stemTrace)
  }

  private mutating func backwardToStem(
    _ gradient: consuming Tensor<Scalar>, _ trace: consuming Trace
  ) -> Tensor<Scalar> {
    var gradient = consume gradient
    var trace = consume trace
    for i in stages.indices.reversed() {
      for j in stages[i].indices.reversed() {
        gradient = stages[i][j].backward(gradient, through: trace.blocks.removeLast())
      }
    }
    return pooling.backward(gradient, through: trace.pooling)
  }

  /// Visits `conv1`, `bn1` and the blocks `layer1.0` and so on.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try stem.visitParameters(visit)
    for i in stages.indices {
      for j in stages[i].indices { try stages[i][j].visitParameters(under: "layer\(i + 1).\(j)", visit) }
    }
  }

  /// Visits the running statistics in the order of the parameters.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    try stem.visitBuffers(visit)
    for i in stages.indices {
      for j in stages[i].indices { try stages[i][j].visitBuffers(under: "layer\(i + 1).\(j)", visit) }
    }
  }
}
