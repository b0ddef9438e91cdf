/// NS-NSS: the negative is the class that the network itself confuses with the sample's.
///
/// A sample that was predicted as another class is pushed away from that class's center. A sample that was predicted
/// correctly meets its label's challenger: the class that most often won against the label, by the record S of
/// mistakes; if there is none, the fallback decides. The record is S ← γ·S + S_b, where S_b counts the batch's own
/// mistakes; ties go to the lowest class.
///
/// - Precondition: The batch has predictions.
/// - Complexity: O(B + C·labels) beside the fallback.
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
    if case .integers(let values) = state, values.count == 1 { steps = values[0] }
  }

  /// Chooses the predicted class, the challenger or the fallback.
  public func select(for batch: MetricBatch<Scalar>, into selection: inout NegativeSelection) {
    selection.reset(
      fallback == .synthesised ? .perCoordinate : .perSample, samples: batch.count, dimension: batch.dimension)
    let classes = batch.requiredCenters.rows
    let predictions = batch.requiredPredictions
    var challengers = [Int?](repeating: nil, count: classes)
    var isKnown = [Bool](repeating: false, count: classes)
    var stand = FallbackChoice(fallback, steps: steps, classes: classes)
    for i in 0..<batch.count {
      let label = batch.labels[i]
      guard batch.canHaveNegative(i) else {
        selection.invalidate(i)
        continue
      }
      if batch.isMistake(i) && batch.isCandidate(predictions[i], against: label) {
        selection.choose(predictions[i], forSample: i)
        continue
      }
      if !isKnown[label] {
        challengers[label] = challenger(of: label, in: batch)
        isKnown[label] = true
      }
      if let challenger = challengers[label] {
        selection.choose(challenger, forSample: i)
      } else {
        stand.choose(for: i, batch, &selection)
      }
    }
  }

  /// The eligible class that most often won against a label.
  private func challenger(of label: Int, in batch: MetricBatch<Scalar>) -> Int? {
    let classes = batch.requiredCenters.rows
    func hardest(_ row: [Scalar]) -> Int? {
      var best: Int?
      for k in 0..<classes where batch.isCandidate(k, against: label) && row[k] > (best.map { row[$0] } ?? 0) {
        best = k
      }
      return best
    }
    func updated() -> [Scalar] {
      zip(mistakes.row(label, classes: classes), batch.mistakes(withLabel: label)).map { Scalar(decay) * $0 + $1 }
    }
    switch scope {
    case .batch: return hardest(batch.mistakes(withLabel: label))
    case .running: return hardest(updated())
    case .batchThenRunning: return hardest(batch.mistakes(withLabel: label)) ?? hardest(updated())
    case .runningBeforeUpdate: return hardest(mistakes.row(label, classes: classes))
    }
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
