public import FERMetric

/// A trainable tensor with its gradient.
///
/// Backward passes *add* to the gradient; clearing it before a step is the owner's part
/// (``Parameterized/clearGradients()``).
public struct Parameter<Scalar: TensorScalar>: Sendable {
  /// The current value.
  public var value: Tensor<Scalar>
  /// The accumulated gradient, of the value's shape.
  public var gradient: Tensor<Scalar>
  /// Whether weight decay usually applies: true for weights of convolutions and linear layers, false for biases and
  /// for the scales and shifts of normalizations. PyTorch's optimizers decay every parameter and ignore the
  /// distinction, so an optimizer that follows them does, too.
  public let decays: Bool

  /// Creates a parameter with a gradient of zero.
  public init(_ value: Tensor<Scalar>, decays: Bool = true) {
    self.value = value
    gradient = Tensor(zeros: value.shape)
    self.decays = decays
  }

  /// Sets the gradient to zero.
  public mutating func clearGradient() {
    gradient.fill(with: 0)
  }
}
