/// The kernels of a convolutional network for one scalar type.
///
/// Activations are NHWC tensors, convolution weights have torchvision's order (output channel, input channel, row,
/// column). Every requirement has a default written over ``TensorKernels/multiply(_:transposed:_:transposed:scale:into:keeping:)``
/// and plain loops, so a backend that only multiplies matrices trains networks too.
public protocol NetworkKernels<Scalar>: TensorKernels {
  /// Convolves `input` [N, H, W, I] with `weights` [O, I, k, k]: a cross-correlation, as in every network library.
  ///
  /// - Returns: [N, H′, W′, O] with the lengths of ``ConvolutionGeometry/outputLength(_:)``.
  func convolution(
    _ input: Tensor<Scalar>, weights: Tensor<Scalar>, geometry: ConvolutionGeometry
  ) -> Tensor<Scalar>

  /// The gradient of a convolution by its input.
  ///
  /// - Parameters:
  ///   - gradient: The gradient by the output, [N, H′, W′, O].
  ///   - weights: [O, I, k, k].
  ///   - geometry: Kernel, stride and padding.
  ///   - inputShape: The shape of the input, which the output's alone does not determine.
  func convolutionBackwardData(
    _ gradient: Tensor<Scalar>, weights: Tensor<Scalar>, geometry: ConvolutionGeometry, inputShape: Shape
  ) -> Tensor<Scalar>

  /// Adds the gradient of a convolution by its weights to `weightGradient` [O, I, k, k].
  func convolutionBackwardWeights(
    input: Tensor<Scalar>, gradient: Tensor<Scalar>, geometry: ConvolutionGeometry,
    accumulatingInto weightGradient: inout Tensor<Scalar>)

  /// Normalizes each channel by the statistics of this batch, then scales, shifts, adds and rectifies:
  ///
  ///     y = relu?( (x − μ)/√(v + ε) · scale + shift  [+ residual] )
  ///
  /// μ and v are the mean and the biased variance over N, H and W.
  ///
  /// - Parameters:
  ///   - input: [N, H, W, C].
  ///   - scale: [C].
  ///   - shift: [C].
  ///   - epsilon: ε, which keeps the root from zero.
  ///   - rectified: Whether a ReLU follows.
  ///   - residual: A tensor of the input's shape to add before the ReLU, or nil.
  /// - Returns: The output, and what backward needs.
  func normalization(
    _ input: Tensor<Scalar>, scale: Tensor<Scalar>, shift: Tensor<Scalar>, epsilon: Scalar, rectified: Bool,
    residual: Tensor<Scalar>?
  ) -> (output: Tensor<Scalar>, trace: NormalizationTrace<Scalar>)

  /// The gradients of ``normalization(_:scale:shift:epsilon:rectified:residual:)``, through the batch's statistics.
  ///
  /// - Parameters:
  ///   - gradient: The gradient by the output; its memory may be reused.
  ///   - trace: What the forward pass returned beside that output.
  ///   - scale: [C].
  ///   - shift: [C].
  ///   - scaleGradient: [C], added to.
  ///   - shiftGradient: [C], added to.
  /// - Returns: The gradient by the input and, if there was a residual, the gradient by it.
  func normalizationBackward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming NormalizationTrace<Scalar>, scale: Tensor<Scalar>,
    shift: Tensor<Scalar>, accumulatingInto scaleGradient: inout Tensor<Scalar>,
    _ shiftGradient: inout Tensor<Scalar>
  ) -> (input: Tensor<Scalar>, residual: Tensor<Scalar>?)

  /// Takes the maximum of each `window` × `window` window; padding never wins. Among equals the first in row order wins.
  ///
  /// - Parameters:
  ///   - input: [N, H, W, C].
  ///   - window: The sizes; both channel counts are C.
  func maximumPooling(
    _ input: Tensor<Scalar>, window: PoolingWindow
  ) -> (output: Tensor<Scalar>, trace: PoolingTrace<Scalar>)

  /// The gradient of ``maximumPooling(_:window:)`` by its input: each output's goes to the element that won.
  func maximumPoolingBackward(
    _ gradient: Tensor<Scalar>, through trace: PoolingTrace<Scalar>
  ) -> Tensor<Scalar>

  /// The mean over height and width: [N, H, W, C] to [N, C].
  func averagePooling(_ input: Tensor<Scalar>) -> Tensor<Scalar>

  /// The gradient of ``averagePooling(_:)`` by its input, of shape `inputShape`.
  func averagePoolingBackward(_ gradient: Tensor<Scalar>, inputShape: Shape) -> Tensor<Scalar>

  /// Prepares a convolution for inference: weights packed once, bias, ReLU and a residual sum done on the way out.
  ///
  /// - Parameters:
  ///   - weights: [O, I, k, k], a batch normalization already folded in.
  ///   - bias: [O].
  ///   - geometry: Kernel, stride and padding.
  ///   - rectified: Whether a ReLU follows the sum.
  func packedConvolution(
    weights: Tensor<Scalar>, bias: Tensor<Scalar>, geometry: ConvolutionGeometry, rectified: Bool
  ) -> any PackedConvolution<Scalar>
}

/// A convolution prepared for inference; immutable, and safe to call from several threads.
public protocol PackedConvolution<Scalar>: Sendable {
  associatedtype Scalar: TensorScalar

  /// Computes relu?(convolution(input) + bias [+ residual]).
  ///
  /// - Parameters:
  ///   - input: [N, H, W, I].
  ///   - residual: A tensor of the output's shape; its memory may be reused for the output.
  func callAsFunction(_ input: Tensor<Scalar>, adding residual: consuming Tensor<Scalar>?) -> Tensor<Scalar>
}
