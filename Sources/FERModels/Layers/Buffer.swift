public import FERMetric

/// State that a layer carries and saves but that no optimizer moves: the running statistics of a normalization.
public enum Buffer<Scalar: TensorScalar>: Sendable {
  /// Numbers of the layer's scalar type, such as `running_mean`.
  case values(Tensor<Scalar>)
  /// A whole number, such as `num_batches_tracked`; weight files hold it as a 64-bit integer without axes.
  case count(Int)
}
