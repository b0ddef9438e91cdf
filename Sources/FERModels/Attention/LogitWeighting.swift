internal import FERMetric

/// The weighting of logits by a weight for each sample: z = α ⊙ z⁰.
///
/// It does not change which class is the most probable one.
enum LogitWeighting {
  /// The weighted logits, [B, C].
  static func weighted<Scalar>(_ logits: Tensor<Scalar>, by weights: Tensor<Scalar>) -> Tensor<Scalar> {
    logits * weights.reshaped(to: [-1, 1])
  }

  /// The gradients by the logits before the weighting, α ⊙ g, and by the weights, Σ over the classes of g·z⁰.
  static func backward<Scalar>(
    _ gradient: Tensor<Scalar>, logits: Tensor<Scalar>, weights: Tensor<Scalar>
  ) -> (logits: Tensor<Scalar>, weights: Tensor<Scalar>) {
    (weighted(gradient, by: weights), (gradient * logits).sum(alongAxis: 1))
  }
}
