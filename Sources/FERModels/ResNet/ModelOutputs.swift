public import FERMetric

/// What an ``ExpressionModel`` computes for a batch of B pictures.
public struct ModelOutputs<Scalar: TensorScalar>: Sendable {
  /// The scores of the classes before the softmax, [B, classes]; multiplied by the sample weights if the sample attention
  /// is configured so.
  public let logits: Tensor<Scalar>
  /// The embeddings before any squashing, [B, D].
  public let embeddings: Tensor<Scalar>
  /// The inclusion weights of the coordinates that losses use, in 0...1, [B, D]: 0 or 1 if inclusion is hard; nil
  /// without attention.
  public let inclusion: Tensor<Scalar>?
  /// The inclusion weights before any rounding, in 0...1, [B, D]; nil without attention.
  public let softInclusion: Tensor<Scalar>?
  /// The inclusion weights of the pixels of the context map, in 0...1, [B, h, w]; nil without such a gate.
  public let pixelMap: Tensor<Scalar>?
  /// The weights of the pictures, in 0...1, [B]; nil without sample attention.
  public let sampleWeights: Tensor<Scalar>?
  /// What the sample attention looks at, [B, h, w], for each picture summing to 1; nil without its spatial form.
  public let samplePixelMap: Tensor<Scalar>?
}
