public import FERMetric

/// A ResNet classifier as torchvision defines it: trunk, average pooling and one linear layer.
///
///     var initializer = WeightInitializer(seed: 7)
///     let network = ResNet<Float>(depth: .fifty, using: &initializer)       // 25,557,032 parameters
///     let logits = network(pictures)                                        // [B, 1000]
///
/// Expressions are recognized by ``ExpressionModel``, which puts other heads on the same trunk.
public struct ResNet<Scalar: TensorScalar>: Layer {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    let trunk: ResNetTrunk<Scalar>.Trace
    let mapShape: Shape
    let pooled: Tensor<Scalar>
  }

  /// Everything up to the map of features.
  public var trunk: ResNetTrunk<Scalar>
  /// The linear layer `fc`; without one the output is the pooled map.
  public var classifier: Linear<Scalar>?
  private var pooling = GlobalAveragePooling<Scalar>()

  /// Creates a network.
  ///
  /// - Parameters:
  ///   - depth: 18 or 50.
  ///   - stem: The first convolution.
  ///   - width: Multiplies the channels of every layer.
  ///   - classes: The outputs of the linear layer; nil leaves it out.
  ///   - initializer: Draws the weights.
  public init(
    depth: ResNetDepth, stem: ResNetStem = .standard, width: Double = 1, classes: Int? = 1000,
    using initializer: inout WeightInitializer
  ) {
    trunk = ResNetTrunk(depth: depth, stem: stem, width: width, using: &initializer)
    if let classes { classifier = Linear(inputs: trunk.channels, outputs: classes, using: &initializer) }
  }

  /// Computes the logits, or without a linear layer the pooled features, for inference; nothing changes.
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    let pooled = pooling(trunk(input))
    return classifier?(pooled) ?? pooled
  }

  /// Computes the logits, or without a linear layer the pooled features, and what the backward pass needs.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Trace) {
    let (map, trunkTrace) = trunk.forward(input)
    let (pooled, mapShape) = pooling.forward(map)
    return (classifier?(pooled) ?? pooled, Trace(trunk: trunkTrace, mapShape: mapShape, pooled: pooled))
  }

  /// Adds the gradients of the parameters and returns the gradient by the pictures.
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> Tensor<Scalar> {
    if classifier != nil { gradient = classifier!.backward(gradient, through: trace.pooled) }
    let (mapShape, trunkTrace) = (trace.mapShape, trace.trunk)
    _ = consume trace
    return trunk.backward(pooling.backward(gradient, through: mapShape), through: consume trunkTrace)
  }

  /// Visits the trunk, then `fc`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try trunk.visitParameters(visit)
    try classifier?.visitParameters(under: "fc", visit)
  }

  /// Visits the running statistics of the trunk.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    try trunk.visitBuffers(visit)
  }
}
