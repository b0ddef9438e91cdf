/// What the backward pass of a batch normalization needs.
public struct NormalizationTrace<Scalar: TensorScalar>: Sendable {
  /// The input, [N, H, W, C].
  public let input: Tensor<Scalar>
  /// The mean of each channel over the batch, [C].
  public let mean: Tensor<Scalar>
  /// The biased variance of each channel over the batch, [C].
  public let variance: Tensor<Scalar>
  /// The number added to the variance.
  public let epsilon: Scalar
  /// The output, kept if a ReLU followed and the kernel finds its mask there.
  public let output: Tensor<Scalar>?
  /// Whether a residual was added.
  public let hasResidual: Bool
  /// Memory of the kernel's own, such as a packed mask; opaque.
  public let workspace: Tensor<Scalar>?

  /// Creates a trace.
  ///
  /// - Precondition: The input has four axes, and there are a mean and a variance for each channel.
  public init(
    input: Tensor<Scalar>, mean: Tensor<Scalar>, variance: Tensor<Scalar>, epsilon: Scalar, output: Tensor<Scalar>?,
    hasResidual: Bool, workspace: Tensor<Scalar>? = nil
  ) {
    precondition(
      input.rank == 4 && mean.shape == [input.shape[3]] && variance.shape == mean.shape,
      """
      a normalization of N×H×W×C has C means and variances: input \(input.shape), mean \(mean.shape), variance \
      \(variance.shape)
      """)
    self.input = input
    self.mean = mean
    self.variance = variance
    self.epsilon = epsilon
    self.output = output
    self.hasResidual = hasResidual
    self.workspace = workspace
  }
}
