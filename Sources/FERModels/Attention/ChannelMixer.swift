public import FERMetric

/// The bottleneck that attentions over channels share: linear C → C/r, ReLU, linear C/r → C.
public struct ChannelMixer<Scalar: TensorScalar>: Layer {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    let input: Tensor<Scalar>
    let hidden: Tensor<Scalar>
  }

  /// C → C/r.
  public var first: Linear<Scalar>
  /// C/r → C.
  public var second: Linear<Scalar>
  private var rectification = Rectification<Scalar>()

  /// Creates a mixer of `channels` channels with `hidden` numbers between.
  public init(channels: Int, hidden: Int, using initializer: inout WeightInitializer) {
    first = Linear(inputs: channels, outputs: hidden, using: &initializer)
    second = Linear(inputs: hidden, outputs: channels, using: &initializer)
  }

  /// Mixes the channels of each row, for inference; nothing changes.
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    second(rectification(first(input)))
  }

  /// Mixes the channels of each row, and returns what the backward pass needs.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Trace) {
    let hidden = rectification(first(input))
    return (second(hidden), Trace(input: input, hidden: hidden))
  }

  /// Adds the gradients of the parameters and returns the gradient by the input.
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> Tensor<Scalar> {
    let hidden = rectification.backward(second.backward(gradient, through: trace.hidden), through: trace.hidden)
    return first.backward(hidden, through: trace.input)
  }

  /// Visits `fc1` and `fc2`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try first.visitParameters(under: "fc1", visit)
    try second.visitParameters(under: "fc2", visit)
  }
}
