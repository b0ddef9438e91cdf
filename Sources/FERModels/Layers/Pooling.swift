public import FERMetric

/// The maximum of each window of a map [B, H, W, C].
public struct MaximumPooling<Scalar: TensorScalar>: Layer {
  /// The sizes of the window.
  public let window: PoolingWindow

  /// Creates a pooling.
  public init(_ window: PoolingWindow) {
    self.window = window
  }

  /// Takes the maximum of each window.
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    Scalar.kernels(of: .current).maximumPooling(input, window: window).output
  }

  /// Takes the maximum of each window; the trace says where it stood.
  public mutating func forward(
    _ input: consuming Tensor<Scalar>
  ) -> (output: Tensor<Scalar>, trace: PoolingTrace<Scalar>) {
    Scalar.kernels(of: .current).maximumPooling(input, window: window)
  }

  /// Gives each gradient to the element that won its window.
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming PoolingTrace<Scalar>
  ) -> Tensor<Scalar> {
    Scalar.kernels(of: .current).maximumPoolingBackward(gradient, through: trace)
  }

  /// Visits nothing.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {}
}

/// The mean over height and width: [B, H, W, C] to [B, C].
public struct GlobalAveragePooling<Scalar: TensorScalar>: Layer {
  /// Creates a pooling.
  public init() {}

  /// Computes the mean of each channel of each picture.
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    Scalar.kernels(of: .current).averagePooling(input)
  }

  /// Computes the mean of each channel of each picture; the trace is the shape of the input.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Shape) {
    let shape = input.shape
    return (self(input), shape)
  }

  /// Spreads each gradient evenly; the trace is the shape of the input.
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Shape
  ) -> Tensor<Scalar> {
    Scalar.kernels(of: .current).averagePoolingBackward(gradient, inputShape: trace)
  }

  /// Visits nothing.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {}
}
