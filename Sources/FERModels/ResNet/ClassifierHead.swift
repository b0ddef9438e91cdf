public import FERMetric

/// The classifier of the method: two 1×1 convolutions that reduce the channels, pooling, and a linear layer.
///
///     1×1, C → C/2, normalization, ReLU
///     1×1, C/2 → D, normalization             → context map H [B, h, w, D]
///     mean over h and w                       → embeddings x [B, D]
///     linear, D → classes                     → logits z [B, classes]
///
/// For ResNet-50 (2048 → 1024 → 512 → 7) it has 2,628,103 parameters. No ReLU follows the second convolution by
/// default: with x ≥ 0 the squash σ(x) of the losses would use half of its range.
///
/// - SeeAlso: Docs/Networks.md for this reading of the paper's "depth-wise" convolutions.
public struct ClassifierHead<Scalar: TensorScalar>: Parameterized {
  /// What the head computes.
  public struct Output: Sendable {
    /// The context map H, [B, h, w, D].
    public let map: Tensor<Scalar>
    /// The embeddings x, [B, D].
    public let embeddings: Tensor<Scalar>
    /// The logits z, [B, classes].
    public let logits: Tensor<Scalar>
  }

  /// What the backward pass needs.
  public struct Trace: Sendable {
    let first: ConvolutionUnit<Scalar>.Trace
    let second: ConvolutionUnit<Scalar>.Trace
    let sigmoid: Tensor<Scalar>?
    let mapShape: Shape
    let embeddings: Tensor<Scalar>
  }

  /// The first convolution, `conv1` and `bn1`.
  public var first: ConvolutionUnit<Scalar>
  /// The second convolution, `conv2` and `bn2`.
  public var second: ConvolutionUnit<Scalar>
  /// The linear layer `fc`.
  public var classifier: Linear<Scalar>
  private var sigmoid: Sigmoid<Scalar>?
  private var pooling = GlobalAveragePooling<Scalar>()

  /// Creates a head.
  ///
  /// - Parameters:
  ///   - channels: C, the channels of the trunk's map.
  ///   - classes: The number of classes.
  ///   - hidden: The channels between the convolutions; by default C/2, at least 64.
  ///   - embeddingDim: D; by default C/4, at least 64.
  ///   - finalActivation: What follows the second normalization.
  ///   - initializer: Draws the weights.
  /// - Precondition: All lengths are positive.
  public init(
    channels: Int, classes: Int, hidden: Int? = nil, embeddingDim: Int? = nil, finalActivation: HeadActivation = .none,
    using initializer: inout WeightInitializer
  ) {
    let hidden = hidden ?? max(64, channels / 2)
    let dimension = embeddingDim ?? max(64, channels / 4)
    first = ConvolutionUnit(
      ConvolutionGeometry(inputChannels: channels, outputChannels: hidden, kernel: 1), rectified: true,
      names: .init("conv1", "bn1"), using: &initializer)
    second = ConvolutionUnit(
      ConvolutionGeometry(inputChannels: hidden, outputChannels: dimension, kernel: 1),
      rectified: finalActivation == .relu, names: .init("conv2", "bn2"), using: &initializer)
    classifier = Linear(inputs: dimension, outputs: classes, using: &initializer)
    if finalActivation == .sigmoid { sigmoid = Sigmoid() }
  }

  /// D, the length of an embedding.
  public var embeddingDim: Int { classifier.inputs }

  /// Computes the outputs for inference.
  public func callAsFunction(_ features: Tensor<Scalar>) -> Output {
    let linear = second(first(features))
    let map = sigmoid?(linear) ?? linear
    let embeddings = pooling(map)
    return Output(map: map, embeddings: embeddings, logits: classifier(embeddings))
  }

  /// Computes the outputs in training from the trunk's map [B, h, w, C].
  public mutating func forward(_ features: consuming Tensor<Scalar>) -> (output: Output, trace: Trace) {
    let one = first.forward(features)
    let two = second.forward(one.output)
    let map = sigmoid?(two.output) ?? two.output
    let embeddings = pooling(map)
    return (
      Output(map: map, embeddings: embeddings, logits: classifier(embeddings)),
      Trace(
        first: one.trace, second: two.trace, sigmoid: sigmoid == nil ? nil : map, mapShape: map.shape,
        embeddings: embeddings)
    )
  }

  /// Adds the gradients of the parameters and returns the gradient by the trunk's map.
  ///
  /// - Parameters:
  ///   - logits: The gradient by the logits, [B, classes].
  ///   - embeddings: The gradient by the embeddings that does not come through the logits, [B, D], or nil.
  ///   - map: The gradient by the context map that does not come through the embeddings, [B, h, w, D], or nil.
  ///   - trace: What ``forward(_:)`` returned.
  public mutating func backward(
    logits: consuming Tensor<Scalar>, embeddings: Tensor<Scalar>? = nil, map: Tensor<Scalar>? = nil,
    through trace: consuming Trace
  ) -> Tensor<Scalar> {
    var pooled = classifier.backward(logits, through: trace.embeddings)
    if let embeddings { pooled += embeddings }
    var gradient = pooling.backward(pooled, through: trace.mapShape)
    if let map { gradient += map }
    if let output = trace.sigmoid, var layer = sigmoid { gradient = layer.backward(gradient, through: output) }
    return first.backward(second.backward(gradient, through: trace.second), through: trace.first)
  }

  /// Visits `conv1`, `bn1`, `conv2`, `bn2` and `fc`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try first.visitParameters(visit)
    try second.visitParameters(visit)
    try classifier.visitParameters(under: "fc", visit)
  }

  /// Visits the running statistics of the two normalizations.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    try first.visitBuffers(visit)
    try second.visitBuffers(visit)
  }
}
