/// NS-NSS: the negative is the class that the network itself confuses with the sample's.
///
/// A sample that was predicted as another class is pushed away from that class's center. A sample that was predicted
/// correctly meets its label's challenger: the class that most often won against the label, by the record S of
/// mistakes; if there is none, the fallback decides. The record is S ← γ·S + S_b, where S_b counts the batch's own
/// mistakes; ties go to the lowest class.
///
/// - Precondition: The batch has predictions.
/// - Complexity: O(B + C²) beside the fallback.
/// - SeeAlso: the paper's prediction-based strategy; Docs/NegativeSampling.md says how scopes read it.
public struct NetworkSemanticSampler<Scalar: TensorScalar>: NegativeSampler {
  /// Which record names the challenger.
  public enum Scope: String, Sendable, Hashable, Codable, CaseIterable {
    /// The batch's own mistakes, S_b.
    case batch
    /// The running record, this batch included.
    case running
    /// The batch's own mistakes, and the running record for labels without any.
    case batchThenRunning
    /// The running record before this batch.
    case runningBeforeUpdate
  }

  /// What a sample gets when no mistake names a challenger.
  public enum Fallback: Sendable, Hashable, Codable {
    /// The nearest other center by squared distance.
    case nearestCenter
    /// A synthesised negative, as in ``MathSynthSampler``.
    case synthesised
    /// A class drawn uniformly among the others.
    case random(seed: UInt64)
    /// Nothing: the sample is not valid.
    case skip
  }

  /// Which record names the challenger.
  public let scope: Scope
  /// What happens without a challenger.
  public let fallback: Fallback
  /// γ, by which each step multiplies the record.
  public let decay: Double

  private var mistakes = MistakeRecord<Scalar>()
  private var steps: UInt64 = 0

  /// Creates the sampler.
  ///
  /// - Precondition: `decay` lies in 0…1.
  public init(scope: Scope = .batchThenRunning, fallback: Fallback = .nearestCenter, decay: Double = 1) {
    precondition(decay >= 0 && decay <= 1, "the record's decay has to lie in 0...1, not \(decay)")
    self.scope = scope
    self.fallback = fallback
    self.decay = decay
  }

  /// The running record S, `[C, C]` by label and prediction; empty before the first batch was observed.
  public var record: Tensor<Scalar> { mistakes.counts }

  /// Forgets the record, as some do at the start of an epoch.
  public mutating func resetRecord() {
    mistakes = MistakeRecord()
  }

  /// Folds the batch's mistakes into the record.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func observe(_ batch: MetricBatch<Scalar>) {
    mistakes.fold(batch, decay: Scalar(decay))
    steps += 1
  }

  /// Visits `record` and `steps`.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    var state = MetricState.tensor(mistakes.counts)
    try visit("record", &state)
    if case .tensor(let counts) = state { mistakes.counts = counts }
    state = .integers([steps])
    try visit("steps", &state)
    guard case .integers(let values) = state, values.count == 1 else {
      preconditionFailure("the count of steps must remain one whole number")
    }
    steps = values[0].asCount
  }

  /// Chooses the predicted class, the challenger or the fallback.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func select(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection) {
    selection.reset(
      fallback == .synthesised ? .perCoordinate : .perSample, samples: batch.count, dimension: batch.dimension)
    let challengers = challengers(in: batch)
    var stand = FallbackChoice(fallback, steps: steps, samples: batch.count)
    for i in 0..<batch.count {
      let label = batch.labels[i]
      guard batch.canHaveNegative(i) else {
        selection.invalidate(i)
        continue
      }
      if let negative = batch.eligibleMistake(i) {
        selection.choose(negative, forSample: i)
      } else if challengers[label] >= 0 {
        selection.choose(challengers[label], forSample: i)
      } else {
        stand.choose(for: i, batch, &selection)
      }
    }
    stand.finish(batch, &selection)
  }

  /// For each label the eligible class that most often won against it, by the records of the scope; −1 if none did.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func challengers(in batch: MetricBatch<Scalar>) -> [Int] {
    let classes = batch.requiredCenters.rows
    let own = scope == .runningBeforeUpdate ? [] : batch.mistakes()
    let record = scope == .batch ? nil : mistakes.record(classes: classes)
    let (decay, includesOwn) = (Scalar(decay), scope != .runningBeforeUpdate)
    func hardest(_ label: Int, _ count: (_ place: Int) -> Scalar) -> Int {
      var best = -1
      var most: Scalar = 0
      for k in 0..<classes {
        let count = count(label * classes + k)
        guard count > most && batch.isCandidate(k, against: label) else { continue }
        (best, most) = (k, count)
      }
      return best
    }
    func hardestOfBatch(_ label: Int) -> Int { hardest(label) { own[$0] } }
    func hardestOfRecord(_ label: Int) -> Int {
      guard let record else { return includesOwn ? hardestOfBatch(label) : -1 }
      let counts = record.span
      return hardest(label) { includesOwn ? decay * counts[$0] + own[$0] : counts[$0] }
    }
    var challengers = [Int](repeating: -1, count: classes)
    for label in 0..<classes {
      if scope == .batch || scope == .batchThenRunning { challengers[label] = hardestOfBatch(label) }
      if scope != .batch && challengers[label] < 0 { challengers[label] = hardestOfRecord(label) }
    }
    return challengers
  }
}

extension NegativeSampler {
  /// NS-NSS: the class that the network confuses with the sample's.
  public static func networkSemantic<S: TensorScalar>(
    scope: NetworkSemanticSampler<S>.Scope = .batchThenRunning,
    fallback: NetworkSemanticSampler<S>.Fallback = .nearestCenter, decay: Double = 1
  ) -> Self where Self == NetworkSemanticSampler<S> {
    NetworkSemanticSampler(scope: scope, fallback: fallback, decay: decay)
  }
}
