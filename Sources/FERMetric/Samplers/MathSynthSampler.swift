/// The space in which a sampler measures distance.
public enum SelectionSpace: String, Sendable, Hashable, Codable, CaseIterable {
  /// Embeddings and centers as they are: what the algorithm's inputs are said to be.
  case raw
  /// After the squash σ. It keeps order but not distance, so the nearest may differ.
  case squashed
}

/// MS-NSS: the negative is synthesised, in each coordinate from the center that is nearest there.
///
///     kᵢⱼ = argmin over k ≠ yᵢ of |xᵢⱼ − cₖⱼ| ,   nᵢⱼ = c with index (kᵢⱼ, j)
///
/// No real center is nearer in any coordinate, so this is the hardest negative that centers can give. It needs no
/// predictions and has no state.
///
/// - Complexity: O(B·C·D), one vectorised pass; no `[B, C, D]` array exists.
/// - SeeAlso: the paper's mathematical synthesising strategy; Docs/NegativeSampling.md.
public struct MathSynthSampler<Scalar: TensorScalar>: NegativeSampler, Codable, Hashable {
  /// Where distance is measured.
  public let space: SelectionSpace

  /// Creates the sampler.
  public init(space: SelectionSpace = .raw) {
    self.space = space
  }

  /// Chooses for each coordinate the nearest other center.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func select(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection) {
    selection.reset(.perCoordinate, samples: batch.count, dimension: batch.dimension)
    selection.leaveOutSamplesWithoutNegative(in: batch)
    let wanted = selection.valid
    selection.synthesise(batch, in: space, wanted: wanted.span)
  }
}

extension MathSynthSampler: SynthesisingSampler {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func selectWholeCenters(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection) {
    selection.resetLeavingSynthesis(samples: batch.count, dimension: batch.dimension)
    selection.leaveOutSamplesWithoutNegative(in: batch)
  }
}

extension NegativeSampler {
  /// MS-NSS: negatives synthesised coordinate by coordinate.
  public static func mathSynth<S: TensorScalar>(
    space: SelectionSpace = .raw
  ) -> Self where Self == MathSynthSampler<S> {
    MathSynthSampler(space: space)
  }
}
