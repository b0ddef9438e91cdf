/// What the parts of an ``AttentiveTripletLoss`` were worth on a batch.
public struct AttentiveTripletTerms<Scalar: TensorScalar>: Sendable, Hashable {
  /// L_tri over the normalized embeddings.
  public var base: Scalar = 0
  /// L_M, before λ_M.
  public var metric: Scalar = 0
  /// R, before its weight.
  public var rank: Scalar = 0
  /// The number of triplets of the base term.
  public var baseCount = 0
  /// The number of triplets of the metric term.
  public var metricCount = 0
  /// The number of samples of high weight.
  public var highWeightCount = 0
}
