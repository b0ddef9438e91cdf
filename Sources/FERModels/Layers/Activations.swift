public import FERMetric

/// The hyperbolic tangent, element by element; backward multiplies by 1 − y².
public struct Tanh<Scalar: TensorScalar>: Layer {
  /// Creates the layer.
  public init() {}

  /// Computes tanh of each element.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    input.map(Scalar.hyperbolicTangent)
  }

  /// Computes tanh of each element; the trace is the output.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Tensor<Scalar>) {
    let output = self(input)
    return (output, output)
  }

  /// Returns g·(1 − y²); the trace is the output.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Tensor<Scalar>
  ) -> Tensor<Scalar> {
    gradient.combined(with: trace) { $0 * (1 - $1 * $1) }
  }

  /// Visits nothing.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {}
}

/// The logistic function σ, element by element; backward multiplies by y·(1 − y).
public struct Sigmoid<Scalar: TensorScalar>: Layer {
  /// Creates the layer.
  public init() {}

  /// Computes σ of each element.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    input.map(Self.value)
  }

  /// Computes σ of each element; the trace is the output.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Tensor<Scalar>) {
    let output = self(input)
    return (output, output)
  }

  /// Returns g·y·(1 − y); the trace is the output.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Tensor<Scalar>
  ) -> Tensor<Scalar> {
    gradient.combined(with: trace) { $0 * $1 * (1 - $1) }
  }

  /// Visits nothing.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {}

  /// σ(x), without overflow on either side.
  static func value(_ x: Scalar) -> Scalar {
    if x >= 0 { return 1 / (1 + Scalar.exponential(-x)) }
    let power = Scalar.exponential(x)
    return power / (1 + power)
  }
}
