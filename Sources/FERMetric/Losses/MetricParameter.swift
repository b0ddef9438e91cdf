/// A tensor that a metric loss learns, with its gradient: a linear map, proxies of the classes, class margins.
///
/// The training call *adds* weighted gradients; whoever steps the parameter sets its gradient to zero afterwards.
public struct MetricParameter<Scalar: TensorScalar>: Sendable {
  /// The current value.
  public var value: Tensor<Scalar>
  /// The accumulated gradient, of the value's shape.
  public var gradient: Tensor<Scalar>

  /// Creates a parameter with a gradient of zero.
  public init(_ value: Tensor<Scalar>) {
    self.value = value
    gradient = Tensor(zeros: value.shape)
  }

  /// Sets the gradient to zero.
  public mutating func clearGradient() {
    gradient.fill(with: 0)
  }
}

/// Reads or moves one parameter of a loss.
public typealias MetricParameterVisitor<Scalar: TensorScalar> =
  (_ name: String, _ parameter: inout MetricParameter<Scalar>) throws -> Void
