import FERMetric

/// A sampler that always gives the selection it was made with, so that a difference quotient sees no other choice.
struct FixedSampler<Scalar: TensorScalar>: NegativeSampler {
  let fixed: NegativeSelection

  func select(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection) {
    selection = fixed
  }
}
