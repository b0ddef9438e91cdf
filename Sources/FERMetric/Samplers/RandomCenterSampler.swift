/// The negative is a class drawn uniformly among the others: a control to compare with.
///
/// The draws are a function of the seed and of how many batches were observed; there is one for each sample, in
/// order. Asking again before the next batch is observed gives the same choice.
///
/// - Complexity: O(B·C).
public struct RandomCenterSampler<Scalar: TensorScalar>: NegativeSampler, Codable, Hashable {
  /// The seed of the draws.
  public let seed: UInt64
  private var steps: UInt64 = 0

  /// Creates the sampler.
  public init(seed: UInt64 = 0) {
    self.seed = seed
  }

  /// Draws one class for each sample.
  public func select(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection) {
    selection.reset(.perSample, samples: batch.count, dimension: batch.dimension)
    var generator = SeededGenerator(seed: seed, stream: steps)
    for i in 0..<batch.count {
      if batch.canHaveNegative(i) {
        selection.choose(batch.randomCandidate(of: i, &generator), forSample: i)
      } else {
        selection.invalidate(i)
      }
    }
  }

  /// Moves on to the next draws.
  public mutating func observe(_ batch: MetricBatch<Scalar>) {
    steps += 1
  }

  /// Visits `steps`.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    var state = MetricState<Scalar>.integers([steps])
    try visit("steps", &state)
    guard case .integers(let values) = state, values.count == 1 else {
      preconditionFailure("the count of steps must remain one whole number")
    }
    steps = values[0].asCount
  }
}

extension NegativeSampler {
  /// A class drawn uniformly.
  public static func randomCenter<S: TensorScalar>(seed: UInt64 = 0) -> Self where Self == RandomCenterSampler<S> {
    RandomCenterSampler(seed: seed)
  }
}
