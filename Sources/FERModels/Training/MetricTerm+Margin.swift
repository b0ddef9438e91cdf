public import FERMetric

extension MetricTerm {
  /// Who gives each sample its margin. D is the length of an embedding: squashed coordinates are at most 1 apart each.
  public enum Margin: Codable, Hashable, Sendable {
    /// κ times the sum of the sample's inclusion weights.
    case adaptive(scale: Double, gradient: MarginGradient)
    /// The same for every sample: so much for each coordinate.
    case constant(perDimension: Double)
    /// One for each class by the counts n of the training split, mₖ = largest·D·(min n/nₖ)^(1/4): the rarest class has the
    /// largest. See ``/FERMetric/ClassMargin``.
    case byCount(largest: Double)
    /// One for all or for each class, learned above a bound. See ``/FERMetric/LearnedMargin``.
    case learned(options: LearnedMarginOptions)

    /// Whether classes, their counts or the dimension have to be known to make it.
    var readsData: Bool {
      switch self {
      case .adaptive, .constant: false
      case .byCount, .learned: true
      }
    }

    /// The generator in its initial state.
    ///
    /// - Parameters:
    ///   - counts: The number of training pictures of each class.
    ///   - dimension: D.
    func make(counts: [Int], dimension: Int) -> any MarginGenerator<Float> {
      let size = Double(dimension)
      switch self {
      case .adaptive(let scale, let gradient):
        return AdaptiveMarginGenerator<Float>(scale: scale, gradient: gradient)
      case .constant(let threshold):
        return ConstantMargin<Float>(perDimension: threshold)
      case .byCount(let largest):
        // Nobody asks for the margin of a class without pictures.
        let rarest = counts.filter { $0 > 0 }.min() ?? 1
        return ClassMargin<Float>(counts: counts.map { max($0, rarest) }, largest: largest * size)
      case .learned(let options):
        return LearnedMargin<Float>(
          classes: options.perClass ? counts.count : nil, initial: options.initial * size,
          lowerBound: options.lowerBound * size, rate: options.rate * size, reward: options.reward)
      }
    }
  }
}
