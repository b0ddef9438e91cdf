public import FERMetric

/// max(0, ·), element by element; backward keeps the gradient where the output is positive.
public struct Rectification<Scalar: TensorScalar>: Layer {
  /// Creates the layer.
  public init() {}

  /// Computes max(0, ·) of each element.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    input.map { max(0, $0) }
  }

  /// Computes max(0, ·) of each element; the trace is the output.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Tensor<Scalar>) {
    let output = self(input)
    return (output, output)
  }

  /// Returns g where the output y is positive; the trace is the output.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Tensor<Scalar>
  ) -> Tensor<Scalar> {
    gradient.combined(with: trace) { $1 > 0 ? $0 : 0 }
  }

  /// Visits nothing.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {}
}
