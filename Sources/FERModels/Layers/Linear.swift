public import FERMetric

/// An affine map of the last axis: y = x·Wᵀ + b.
///
/// Inputs have any number of axes, the last of length `inputs`: a batch of vectors [B, I], or a map [B, H, W, I], for
/// which this is a 1×1 convolution with a bias.
public struct Linear<Scalar: TensorScalar>: Layer {
  /// How weight files store the matrix of weights.
  public enum Form: Sendable {
    /// [O, I], a linear layer.
    case matrix
    /// [O, I, 1, 1], a convolution with 1×1 filters.
    case pointwise
  }

  /// W, [O, I] or [O, I, 1, 1].
  public var weight: Parameter<Scalar>
  /// b, [O].
  public var bias: Parameter<Scalar>

  /// Creates a layer with PyTorch's default initialization: weights and biases uniform over ±1/√inputs.
  ///
  /// - Precondition: Both lengths are positive.
  public init(inputs: Int, outputs: Int, form: Form = .matrix, using initializer: inout WeightInitializer) {
    precondition(
      inputs > 0 && outputs > 0, "a linear layer needs positive lengths, not \(inputs) inputs and \(outputs) outputs")
    weight = Parameter(
      initializer.uniform(form == .matrix ? [outputs, inputs] : [outputs, inputs, 1, 1], fan: inputs))
    bias = Parameter(initializer.uniform([outputs], fan: inputs), decays: false)
  }

  /// The length of the last axis of inputs.
  public var inputs: Int { weight.value.shape[1] }
  /// The length of the last axis of outputs.
  public var outputs: Int { weight.value.shape[0] }

  /// Computes x·Wᵀ + b for each row.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    precondition(
      input.rank >= 1 && input.shape[-1] == inputs,
      "a linear layer of \(inputs) inputs does not take a tensor of shape \(input.shape)")
    let rows = input.count / inputs
    var output = Tensor<Scalar>(uninitialized: Shape(input.shape.dimensions.dropLast() + [outputs]))
    var elements = output.mutableSpan
    let offsets = bias.value.span
    for row in 0..<rows {
      for o in 0..<outputs { elements[row * outputs + o] = offsets[o] }
    }
    var target = output.mutableBlock(rows: 0..<rows, columns: outputs)
    Scalar.kernels(of: .current).multiply(
      input.block(rows: 0..<rows, columns: inputs), transposed: false, weight.value.matrix, transposed: true, scale: 1,
      into: &target, keeping: 1)
    return output
  }

  /// Computes x·Wᵀ + b for each row; the trace is the input.
  public mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Tensor<Scalar>) {
    (self(input), input)
  }

  /// Adds ∂W = gᵀ·x and ∂b = Σ g and returns ∂x = g·W; the trace is the input.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Tensor<Scalar>
  ) -> Tensor<Scalar> {
    let (inputs, outputs, rows) = (inputs, outputs, trace.count / inputs)
    precondition(
      gradient.count == rows * outputs && gradient.shape[-1] == outputs,
      "a gradient of shape \(gradient.shape) does not belong to a linear layer of \(outputs) outputs over \(rows) rows")
    let kernels = Scalar.kernels(of: .current)
    var weightGradient = weight.gradient.mutableMatrix
    kernels.multiply(
      gradient.block(rows: 0..<rows, columns: outputs), transposed: true,
      trace.block(rows: 0..<rows, columns: inputs), transposed: false, scale: 1, into: &weightGradient, keeping: 1)
    var biasGradient = bias.gradient.mutableSpan
    let elements = gradient.span
    for row in 0..<rows {
      for o in 0..<outputs { biasGradient[o] += elements[row * outputs + o] }
    }
    var result = Tensor<Scalar>(uninitialized: trace.shape)
    var target = result.mutableBlock(rows: 0..<rows, columns: inputs)
    kernels.multiply(
      gradient.block(rows: 0..<rows, columns: outputs), transposed: false, weight.value.matrix, transposed: false,
      scale: 1, into: &target, keeping: 0)
    return result
  }

  /// Visits `weight` and `bias`.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    try visit("weight", &weight)
    try visit("bias", &bias)
  }
}
