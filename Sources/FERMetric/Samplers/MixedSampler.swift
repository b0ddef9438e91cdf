/// MM-NSS: the predicted class's center for misclassified samples, a synthesised negative for the others.
///
/// A sample that was predicted as another, eligible class is pushed away from the center that won; for a sample that
/// was predicted correctly the negative is that of ``MathSynthSampler``. The paper reports its best accuracy with
/// this strategy. It has no state.
///
/// - Precondition: The batch has predictions.
/// - Complexity: O(B·C·D).
/// - SeeAlso: the paper's mixed strategy; Docs/NegativeSampling.md.
public struct MixedSampler<Scalar: TensorScalar>: NegativeSampler, Codable, Hashable {
  /// Where distance is measured for synthesised negatives.
  public let space: SelectionSpace

  /// Creates the sampler.
  public init(space: SelectionSpace = .raw) {
    self.space = space
  }

  /// Chooses the predicted class, or the nearest other center in each coordinate.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func select(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection) {
    selection.reset(.perCoordinate, samples: batch.count, dimension: batch.dimension)
    selection.leaveOutSamplesWithoutNegative(in: batch)
    var wanted = selection.valid
    for i in 0..<batch.count where wanted[i] {
      guard let mistake = batch.eligibleMistake(i) else { continue }
      selection.choose(mistake, forSample: i)
      wanted[i] = false
    }
    selection.synthesise(batch, in: space, wanted: wanted.span)
  }
}

extension MixedSampler: SynthesisingSampler {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func selectWholeCenters(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection) {
    selection.resetLeavingSynthesis(samples: batch.count, dimension: batch.dimension)
    selection.leaveOutSamplesWithoutNegative(in: batch)
    for i in 0..<batch.count where selection.valid[i] {
      if let mistake = batch.eligibleMistake(i) { selection.choose(mistake, forSample: i) }
    }
  }
}

extension NegativeSampler {
  /// MM-NSS: the winner for misclassified samples, a synthesised negative for the others.
  public static func mixed<S: TensorScalar>(space: SelectionSpace = .raw) -> Self where Self == MixedSampler<S> {
    MixedSampler(space: space)
  }
}
