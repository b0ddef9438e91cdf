/// Samplers that synthesise negatives from the nearest center in each coordinate, which the pass of a loss can do by itself,
/// row by row, so that no `[B, D]` array of classes is written and read again. The pass does it with raw coordinates.
///
/// Such a sampler keeps no state: a loss holds a copy of it.
protocol SynthesisingSampler<Scalar>: NegativeSampler, ComparesOnly {
  /// Where distance is measured.
  var space: SelectionSpace { get }

  /// Chooses whole centers where the sampler gives one, and leaves the other samples to the pass.
  func selectWholeCenters(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection)
}
