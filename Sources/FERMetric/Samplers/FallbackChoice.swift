/// What NS-NSS does for a sample that no mistake names a challenger for.
struct FallbackChoice<Scalar: TensorScalar> {
  private let fallback: NetworkSemanticSampler<Scalar>.Fallback
  private var generator: SeededGenerator
  // To all centers, from when they are first asked for.
  private var distances: Tensor<Scalar>?
  /// Samples whose negatives are synthesised, all at once.
  private var pending: [Bool]

  init(_ fallback: NetworkSemanticSampler<Scalar>.Fallback, steps: UInt64, samples: Int) {
    self.fallback = fallback
    var seed: UInt64 = 0
    if case .random(let given) = fallback { seed = given }
    generator = SeededGenerator(seed: seed, stream: steps)
    pending = Array(repeating: false, count: fallback == .synthesised ? samples : 0)
  }

  /// Chooses for one sample that has a candidate, now or in ``finish``.
  mutating func choose(for sample: Int, _ batch: MetricBatch<Scalar>, _ selection: inout NegativeSelection) {
    let centers = batch.requiredCenters
    switch fallback {
    case .nearestCenter:
      var space = distances ?? Tensor(uninitialized: [centers.rows])
      distances = nil
      let nearest = batch.candidate(of: sample, batch.embeddings, centers, distances: &space)
      distances = space
      selection.choose(nearest ?? -1, forSample: sample)
    case .synthesised:
      pending[sample] = true
    case .random:
      selection.choose(batch.randomCandidate(of: sample, &generator), forSample: sample)
    case .skip:
      selection.invalidate(sample)
    }
  }

  /// Chooses what was put off.
  func finish(_ batch: MetricBatch<Scalar>, _ selection: inout NegativeSelection) {
    if fallback == .synthesised { selection.synthesise(batch, in: .raw, wanted: pending.span) }
  }
}

extension MetricBatch {
  /// A class drawn uniformly among a sample's candidates, of which there is one at least.
  func randomCandidate(of sample: Int, _ generator: inout SeededGenerator) -> Int {
    let label = labels[sample]
    var remaining = generator.next(below: (0..<requiredCenters.rows).count { isCandidate($0, against: label) })
    for k in 0..<requiredCenters.rows where isCandidate(k, against: label) {
      if remaining == 0 { return k }
      remaining -= 1
    }
    preconditionFailure("sample \(sample) has no candidate to draw")
  }
}
