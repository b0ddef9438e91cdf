/// One margin for each pair of own and negative class.
///
///     mᵢ = M[yᵢ, kᵢ] ,   or the mean over coordinates of M[yᵢ, kᵢⱼ] for a negative put together from several centers
///
/// Expressions that look alike may ask for more room than others: fear against surprise, disgust against anger. The
/// matrix need not be symmetric; its diagonal is never read.
///
/// Collapse: these margins are constants, so they cannot fall. A pair whose margin is 0 or less is content with equal
/// centers; keep every pair positive, above all those of classes that are often mistaken for each other.
///
///     var margins = ClassPairMargin<Float>(classes: 7, margin: 0.5)
///     margins[1, 4] = 1                                    // sadness taken for fear
///
/// - Precondition: With ``AllCentersSampler`` a sample has a margin for each of its negatives, of which there is no single
///   one: refused.
public struct ClassPairMargin<Scalar: TensorScalar>: MarginGenerator, Codable, Hashable {
  /// C
  public let classes: Int
  private var values: [Double]

  /// Creates equal margins for all pairs.
  ///
  /// - Precondition: There is a class, and the margin is finite.
  public init(classes: Int, margin: Double) {
    precondition(classes > 0, "margins of pairs need at least one class, not \(classes)")
    precondition(margin.isFinite, "a margin has to be a finite number, not \(margin)")
    self.classes = classes
    values = Array(repeating: margin, count: classes * classes)
  }

  /// The margin of samples of class `own` against class `negative`.
  ///
  /// - Precondition: Both are classes; a new value is finite.
  public subscript(own: Int, negative: Int) -> Double {
    get { values[place(own, negative)] }
    set {
      precondition(newValue.isFinite, "a margin has to be a finite number, not \(newValue)")
      values[place(own, negative)] = newValue
    }
  }

  private func place(_ own: Int, _ negative: Int) -> Int {
    precondition(
      own >= 0 && own < classes && negative >= 0 && negative < classes,
      "the pair of classes \(own) and \(negative) has none of the margins of \(classes) classes")
    return own * classes + negative
  }

  /// True: a margin is that of a pair.
  public var dependsOnSelection: Bool { true }

  /// Traps: pairs need a choice of negatives.
  public func margins(for batch: MetricBatch<Scalar>, into margins: inout MutableSpan<Scalar>) {
    preconditionFailure("margins of class pairs depend on the negatives that a sampler has chosen")
  }

  /// Writes the margin of each valid sample's pair, and 0 for the others.
  ///
  /// - Complexity: O(B), or O(B·D) for negatives per coordinate.
  public func margins(
    for batch: MetricBatch<Scalar>, against selection: NegativeSelection, into margins: inout MutableSpan<Scalar>
  ) {
    if case .allOthers = selection.form {
      preconditionFailure("margins of class pairs need a sampler that chooses negatives, not one that takes all others")
    }
    let width = selection.form == .perCoordinate ? selection.dimension : 1
    for i in 0..<margins.count {
      guard selection.valid[i] else {
        margins[i] = 0
        continue
      }
      var sum = 0.0
      for j in 0..<width {
        sum += values[place(batch.labels[i], selection.negativeClass(ofSample: i, coordinate: j))]
      }
      margins[i] = Scalar(sum / Double(width))
    }
  }

  /// The smallest margin of a pair over D: the weights sum to D at most.
  public func lowerBound(dimension: Int) -> Double? {
    var smallest = Double.infinity
    for own in 0..<classes {
      for other in 0..<classes where other != own { smallest = min(smallest, self[own, other]) }
    }
    return smallest / Double(max(dimension, 1))
  }
}
