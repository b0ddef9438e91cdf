public import FERMetric

/// Turns a vector per picture into one inclusion weight per coordinate of its embedding.
///
///     hidden layers: linear, normalization, ReLU (tanh in the last)
///     linear → [B, D, 2], softmax over 2, second channel                           a [B, D]
public struct ElementGate<Scalar: TensorScalar>: Parameterized {
  /// What the backward pass needs.
  public struct Trace: Sendable {
    var inputs: [Tensor<Scalar>]
    var normalizations: [BatchNormalization<Scalar>.Trace]
    let activation: Tensor<Scalar>
    let weights: Tensor<Scalar>
  }

  /// The linear layers `fc1`, `fc2` and so on; the last gives the logits.
  public var layers: [Linear<Scalar>]
  /// The normalizations `bn1`, `bn2` and so on of all layers but the last.
  public var normalizations: [BatchNormalization<Scalar>]
  /// Added to the logit of inclusion.
  public let bias: Scalar
  private var tanh = Tanh<Scalar>()

  /// Creates a gate.
  ///
  /// - Parameters:
  ///   - inputs: The length of the vectors.
  ///   - hidden: The widths of the hidden layers, at least one.
  ///   - dimension: D, the number of inclusion weights.
  ///   - bias: Added to the logit of inclusion.
  ///   - initializer: Draws the weights.
  public init(
    inputs: Int, hidden: [Int], dimension: Int, bias: Scalar = 0, using initializer: inout WeightInitializer
  ) {
    precondition(!hidden.isEmpty, "an element gate needs at least one hidden layer")
    layers = []
    for (input, output) in zip([inputs] + hidden, hidden + [2 * dimension]) {
      layers.append(Linear(inputs: input, outputs: output, using: &initializer))
    }
    normalizations = hidden.enumerated().map { i, width in
      BatchNormalization(channels: width, rectified: i < hidden.count - 1)
    }
    self.bias = bias
  }

  /// Computes the weights for inference.
  public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    var output = input
    for (layer, normalization) in zip(layers, normalizations) { output = normalization(layer(output)) }
    return weights(layers[layers.count - 1](tanh(output)))
  }

  /// Computes the weights in training.
  public mutating func forward(_ input: Tensor<Scalar>) -> (weights: Tensor<Scalar>, trace: Trace) {
    var inputs = [input]
    var traces: [BatchNormalization<Scalar>.Trace] = []
    for i in normalizations.indices {
      let (output, trace) = normalizations[i].forward(layers[i](inputs[i]))
      inputs.append(output)
      traces.append(trace)
    }
    let activation = tanh(inputs.removeLast())
    let weights = weights(layers[layers.count - 1](activation))
    return (weights, Trace(inputs: inputs, normalizations: traces, activation: activation, weights: weights))
  }

  /// Adds the gradients of the parameters and returns the gradient by the vectors.
  public mutating func backward(_ gradient: Tensor<Scalar>, through trace: consuming Trace) -> Tensor<Scalar> {
    var trace = trace
    precondition(
      gradient.shape == trace.weights.shape,
      "a gradient of shape \(gradient.shape) does not belong to inclusion weights of shape \(trace.weights.shape)")
    let logits = PairSoftmax.backward(gradient, second: trace.weights).reshaped(to: [gradient.shape[0], -1])
    var result = layers[layers.count - 1].backward(logits, through: trace.activation)
    result = tanh.backward(result, through: trace.activation)
    for i in normalizations.indices.reversed() {
      result = normalizations[i].backward(result, through: trace.normalizations.removeLast())
      result = layers[i].backward(result, through: trace.inputs.removeLast())
    }
    return result
  }

  private func weights(_ logits: Tensor<Scalar>) -> Tensor<Scalar> {
    PairSoftmax.second(logits, bias: bias).reshaped(to: [logits.shape[0], -1])
  }

  /// Visits `fc1`, `bn1`, `fc2` and so on.
  public mutating func visitParameters(
    _ visit: (_ name: String, _ parameter: inout Parameter<Scalar>) throws -> Void
  ) rethrows {
    for i in layers.indices {
      try layers[i].visitParameters(under: "fc\(i + 1)", visit)
      if i < normalizations.count { try normalizations[i].visitParameters(under: "bn\(i + 1)", visit) }
    }
  }

  /// Visits the running statistics.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    for i in normalizations.indices { try normalizations[i].visitBuffers(under: "bn\(i + 1)", visit) }
  }
}
