import FERMetric

/// A loss with its gradients, one batch after the other.
public protocol GradientWorkload {
  /// Runs the next batch in rotation and returns the loss.
  @discardableResult
  mutating func step() throws -> Float

  /// The gradients of the batch that ran last.
  var gradients: [Tensor<Float>] { get }
}
