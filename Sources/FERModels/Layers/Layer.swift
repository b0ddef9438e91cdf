public import FERMetric

/// A differentiable function of one tensor, with explicit forward and backward passes.
///
/// There is no tape: `forward` returns what `backward` needs as plain data, the trace.
///
///     let (output, trace) = layer.forward(input)
///     let inputGradient = layer.backward(outputGradient, through: trace)   // parameter gradients are added to
///
/// Kernels come from ``/FERMetric/Backend/current``.
public protocol Layer<Scalar>: Parameterized {
  /// What the backward pass needs.
  associatedtype Trace: Sendable

  /// Computes the output for inference: nothing changes, and several threads may call at once.
  func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar>

  /// Computes the output in training; normalizations use this batch's statistics and update their running ones.
  mutating func forward(_ input: consuming Tensor<Scalar>) -> (output: Tensor<Scalar>, trace: Trace)

  /// Adds the gradients of the parameters and returns the gradient by the input.
  ///
  /// - Parameters:
  ///   - gradient: The gradient of the loss by the output; its memory may be reused.
  ///   - trace: What ``forward(_:)`` returned beside that output.
  mutating func backward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming Trace
  ) -> Tensor<Scalar>
}
