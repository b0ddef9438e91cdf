/// The sums of one epoch's steps, from which its figures are made; saved when a training stops inside an epoch.
struct EpochStatistics: Codable, Equatable, Sendable {
  /// What may have been counted: far less than what overflows.
  static let counts = 0...1 << 62

  /// Pictures seen.
  private(set) var count = 0
  private var objective = 0.0
  private var crossEntropy = 0.0
  private var metricLoss = 0.0
  private var correct = 0
  private var inclusion = Moments()
  // Nil until there are sample weights, and in files that were written before they were kept.
  private var sampleWeights: Moments?
  private var margins: [Double] = []
  private var marginEntropies: [Double] = []
  private var hinges = 0.0
  private var activeHinges = 0.0

  /// Makes room for the samples of an epoch, so that no step of it has to.
  mutating func reserve(_ count: Int) {
    margins.reserveCapacity(count)
    marginEntropies.reserveCapacity(count)
  }

  /// Adds the values of one step, each a mean over the batch.
  mutating func add(objective: Double, crossEntropy: Double, metricLoss: Double, correct: Int, count: Int) {
    self.count += count
    self.objective += objective * Double(count)
    self.crossEntropy += crossEntropy * Double(count)
    self.metricLoss += metricLoss * Double(count)
    self.correct += correct
  }

  /// Adds the share of active hinges of a batch.
  mutating func addHinges(activeFraction: Double, count: Int) {
    hinges += Double(count)
    activeHinges += activeFraction * Double(count)
  }

  /// Adds the inclusion weights of a batch, summed up by their mean and mean square.
  mutating func addInclusion(_ weights: Span<Float>) {
    for i in weights.indices { inclusion.add(Double(weights[i])) }
  }

  /// Adds the sample weights of a batch.
  mutating func addSampleWeights(_ weights: some Sequence<Float>) {
    for weight in weights { sampleWeights = (sampleWeights ?? Moments()).adding(Double(weight)) }
  }

  /// Adds a sample's margin beside its cross-entropy.
  mutating func add(margin: Double, crossEntropy: Double) {
    margins.append(margin)
    marginEntropies.append(crossEntropy)
  }

  /// Whether what a file says can have been counted.
  var areCounts: Bool {
    Self.counts.contains(count) && Self.counts.contains(correct) && inclusion.isCount
      && sampleWeights?.isCount ?? true && margins.count == marginEntropies.count
  }

  /// The training figures of the epoch so far.
  var training: EpochMetrics.Training {
    let n = Double(max(count, 1))
    return EpochMetrics.Training(
      loss: objective / n, crossEntropy: crossEntropy / n, metricLoss: hinges > 0 ? metricLoss / n : nil,
      accuracy: Double(correct) / n)
  }

  /// What attentions and margins did in the epoch so far; nil without a metric loss and sample weights.
  var metric: EpochMetrics.Metric? {
    guard hinges > 0 || sampleWeights != nil else { return nil }
    var spread = Moments()
    for margin in margins { spread.add(margin) }
    return EpochMetrics.Metric(
      inclusionMean: inclusion.mean, inclusionDeviation: inclusion.deviation, marginMean: spread.mean,
      marginDeviation: spread.deviation, sampleWeightMean: sampleWeights?.mean,
      sampleWeightDeviation: sampleWeights?.deviation, inactiveHinges: hinges > 0 ? 1 - activeHinges / hinges : nil,
      marginCrossEntropyCorrelation: rankCorrelation(margins, marginEntropies))
  }
}

/// Count, mean and sum of squared deviations of a stream of numbers, by Welford's update.
struct Moments: Codable, Equatable, Sendable {
  private var count = 0
  private var average = 0.0
  private var squares = 0.0

  mutating func add(_ value: Double) {
    count += 1
    let difference = value - average
    average += difference / Double(count)
    squares += difference * (value - average)
  }

  func adding(_ value: Double) -> Moments {
    var sum = self
    sum.add(value)
    return sum
  }

  /// Whether the count can have been counted.
  var isCount: Bool { EpochStatistics.counts.contains(count) }

  /// The mean, or nil of nothing.
  var mean: Double? { count > 0 ? average : nil }

  /// The standard deviation of the population, or nil of nothing.
  var deviation: Double? { count > 0 ? (squares / Double(count)).squareRoot() : nil }
}
