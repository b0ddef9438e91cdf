public import FERMetric

/// A residual block: a chain of units whose last adds the block's input, or its projection, before its ReLU.
///
///     basic:       3×3, 3×3              (ResNet-18)
///     bottleneck:  1×1, 3×3, 1×1 (×4)    (ResNet-50; the stride is in the 3×3)
///
/// - SeeAlso: K. He et al., *Deep residual learning for image recognition*, CVPR 2016.
public struct ResidualBlock<Scalar: TensorScalar>: Layer {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    var units: [ConvolutionUnit<Scalar>.Trace]
    var projection: ConvolutionUnit<Scalar>.Trace?
  }

  /// The units of the main path, named `conv1`/`bn1` and so on.
  public var units: [ConvolutionUnit<Scalar>]
  /// The 1×1 unit `downsample` of the shortcut, where the block changes the shape.
  public var projection: ConvolutionUnit<Scalar>?

  /// Creates a block.
  ///
  /// - Parameters:
  ///   - depth: Decides between basic and bottleneck.
  ///   - inputChannels: Channels of the input.
  ///   - channels: Channels of the 3×3 convolutions; the output has ``ResNetDepth/expansion`` times as many.
  ///   - stride: The stride of the block.
  ///   - initializer: Draws the filters.
  public init(
    depth: ResNetDepth, inputChannels: Int, channels: Int, stride: Int, using initializer: inout WeightInitializer
  ) {
    let outputChannels = channels * depth.expansion
    let geometries: [ConvolutionGeometry] =
      switch depth {
      case .eighteen:
        [
          ConvolutionGeometry(
            inputChannels: inputChannels, outputChannels: channels, kernel: 3, stride: stride, padding: 1),
          ConvolutionGeometry(inputChannels: channels, outputChannels: channels, kernel: 3, padding: 1),
        ]
      case .fifty:
        [
          ConvolutionGeometry(inputChannels: inputChannels, outputChannels: channels, kernel: 1),
          ConvolutionGeometry(inputChannels: channels, outputChannels: channels, kernel: 3, stride: stride, padding: 1),
          ConvolutionGeometry(inputChannels: channels, outputChannels: outputChannels, kernel: 1),
        ]
      }
    units = []
    for (i, geometry) in geometries.enumerated() {
      units.append(
        ConvolutionUnit(
          geometry, rectified: true, names: .init("conv\(i + 1)", "bn\(i + 1)"), using: &initializer))
    }
    if stride != 1 || inputChannels != outputChannels {
      projection = ConvolutionUnit(
        ConvolutionGeometry(
          inputChannels: inputChannels, outputChannels: outputChannels, kernel: 1, stride: stride),
        rectified: false, names: .init("downsample.0", "downsample.1"), using: &initializer)
    }
  }

  /// Computes the output for inference; nothing changes.
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    var output = input
    for unit in units.dropLast() { output = unit(output) }
    return units[units.count - 1](output, adding: projection?(input) ?? input)
  }

  /// Computes the output in training, and what the backward pass needs.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Trace) {
    var trace = Trace(units: [])
    var output = input
    var shortcut = output
    if let projected = projection?.forward(output) {
      shortcut = projected.output
      trace.projection = projected.trace
    }
    for i in units.indices {
      let step = units[i].forward(output, adding: i == units.count - 1 ? shortcut : nil)
      output = step.output
      trace.units.append(step.trace)
    }
    return (output, trace)
  }

  /// Adds the gradients of the parameters and returns the gradient by the input, through both ways.
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> Tensor<Scalar> {
    var trace = consume trace
    var gradient = consume gradient
    var shortcut: Tensor<Scalar>?
    for i in units.indices.reversed() {
      let step = units[i].backwardWithResidual(gradient, through: trace.units.removeLast())
      gradient = step.input
      shortcut = step.residual ?? shortcut
    }
    // Taken out, not copied: a gradient with one owner is overwritten in place.
    guard let shortcut = shortcut.take() else {
      preconditionFailure("the last unit of a residual block has no residual gradient")
    }
    if let projected = trace.projection.take() {
      gradient += projection!.backward(consume shortcut, through: consume projected)
    } else {
      gradient += shortcut
    }
    return gradient
  }

  /// Visits the units, then the projection.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    for i in units.indices { try units[i].visitParameters(visit) }
    try projection?.visitParameters(visit)
  }

  /// Visits the running statistics of the units, then of the projection.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    for i in units.indices { try units[i].visitBuffers(visit) }
    try projection?.visitBuffers(visit)
  }
}
