public import FERMetric

/// Gradient descent with momentum and weight decay, exactly as `torch.optim.SGD` computes it.
///
/// For a parameter w with gradient g, learning rate η, momentum μ, weight decay δ and the velocity v, which starts at 0,
///
///     v ← μ·v + (g + δ·w),    w ← w − η·v
///
/// As in torch the decay acts on every parameter, scales and shifts of normalizations and biases included, and the rate
/// is not folded into the velocity: a falling rate acts at once. There is no dampening and no Nesterov step.
///
///     var optimizer = StochasticGradientDescent<Float>(momentum: 0.9, weightDecay: 5e-4)
///     optimizer.update(&weights, gradient: gradient, named: "fc.weight", rate: 0.05)
///
/// - SeeAlso: B. T. Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964.
public struct StochasticGradientDescent<Scalar: TensorScalar>: Sendable {
  /// The momentum μ; 0 keeps no velocities.
  public let momentum: Scalar
  /// The weight decay δ.
  public let weightDecay: Scalar
  /// The velocities by the names of their parameters; a parameter has one after its first update.
  public private(set) var velocities: [String: Tensor<Scalar>] = [:]

  /// Creates an optimizer.
  ///
  /// - Precondition: `momentum` lies in 0..<1, and `weightDecay` is not negative.
  public init(momentum: Scalar = 0.9, weightDecay: Scalar = 5e-4) {
    precondition(momentum >= 0 && momentum < 1, "the momentum lies in 0..<1, not at \(momentum)")
    precondition(weightDecay >= 0, "the weight decay is not negative, but \(weightDecay) was given")
    self.momentum = momentum
    self.weightDecay = weightDecay
  }

  /// Moves one parameter.
  ///
  /// - Parameters:
  ///   - value: The parameter.
  ///   - gradient: Its gradient, of the same shape.
  ///   - name: The name under which its velocity is kept.
  ///   - rate: The learning rate η.
  /// - Precondition: Value, gradient and velocity have the same shape.
  /// - Complexity: O(elements), one pass; it allocates only at the first update of a name.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public mutating func update(
    _ value: inout Tensor<Scalar>, gradient: Tensor<Scalar>, named name: String, rate: Scalar
  ) {
    precondition(
      value.shape == gradient.shape,
      "the gradient of \(name) has the shape \(gradient.shape), the parameter \(value.shape)")
    let (shape, momentum, decay) = (value.shape, momentum, weightDecay)
    if momentum == 0 {
      Self.descend(&value, gradient, decay: decay, rate: rate)
    } else {
      Self.descend(
        &value, gradient, velocity: &velocities[name, default: Tensor(zeros: shape)], momentum: momentum, decay: decay,
        rate: rate)
    }
  }

  /// Puts a velocity back that a checkpoint holds.
  public mutating func restoreVelocity(_ velocity: Tensor<Scalar>, named name: String) {
    velocities[name] = velocity
  }

  private static func descend(
    _ value: inout Tensor<Scalar>, _ gradient: Tensor<Scalar>, decay: Scalar, rate: Scalar
  ) {
    let slopes = gradient.span
    var weights = value.mutableSpan
    for i in 0..<slopes.count { weights[i] -= rate * (slopes[i] + decay * weights[i]) }
  }

  private static func descend(
    _ value: inout Tensor<Scalar>, _ gradient: Tensor<Scalar>, velocity: inout Tensor<Scalar>, momentum: Scalar,
    decay: Scalar, rate: Scalar
  ) {
    precondition(
      velocity.shape == value.shape,
      "a velocity of shape \(velocity.shape) does not belong to a parameter of shape \(value.shape)")
    let slopes = gradient.span
    var weights = value.mutableSpan
    var speeds = velocity.mutableSpan
    for i in 0..<slopes.count {
      let speed = momentum * speeds[i] + (slopes[i] + decay * weights[i])
      speeds[i] = speed
      weights[i] -= rate * speed
    }
  }
}
