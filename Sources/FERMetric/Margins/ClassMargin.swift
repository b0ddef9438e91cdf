/// One margin for each class.
///
///     mᵢ = m of class yᵢ
///
/// Rare classes, or those that are easily mistaken, may ask for more room. Margins from counts are those of Cao et al.:
/// mₖ ∝ nₖ^(−1/4), the largest for the rarest class.
///
/// Collapse: these margins are constants, so they cannot fall. But a hinge whose margin is 0 or less is content with
/// equal centers: where own and negative center coincide, such a class has no loss and no gradient. Keep every margin
/// positive.
///
///     TripletCenterLoss<Float>(margin: .perClass([0.5, 1, 1, 0.2, 0.7, 0.9, 0.5]), squash: .none)
///
/// - SeeAlso: K. Cao et al., *Learning Imbalanced Datasets with Label-Distribution-Aware Margin Loss*, NeurIPS 2019.
public struct ClassMargin<Scalar: TensorScalar>: MarginGenerator, Codable, Hashable {
  /// `[C]`
  public let values: [Double]

  /// Creates margins for the classes in order.
  ///
  /// - Precondition: Margins are finite, and there is at least one.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "margins of classes need at least one class")
    for (k, value) in values.enumerated() {
      precondition(value.isFinite, "the margin of class \(k) has to be a finite number, not \(value)")
    }
    self.values = values
  }

  /// Creates margins that fall with the number of examples: mₖ = largest · (min n / nₖ)^(1/4).
  ///
  /// - Precondition: Counts are positive, and the largest margin is finite.
  public init(counts: [Int], largest: Double) {
    precondition(counts.allSatisfy { $0 > 0 }, "margins from counts need an example of each class, not \(counts)")
    let rarest = Double(counts.min() ?? 1)
    self.init(counts.map { largest * (rarest / Double($0)).squareRoot().squareRoot() })
  }

  /// Writes the margin of each sample's class.
  ///
  /// - Precondition: Labels of samples that take part have a margin.
  public func margins(for batch: MetricBatch<Scalar>, into margins: inout MutableSpan<Scalar>) {
    for i in 0..<margins.count {
      guard batch.takesPart(i) else {
        margins[i] = 0
        continue
      }
      precondition(
        values.indices.contains(batch.labels[i]),
        "label \(batch.labels[i]) of sample \(i) has none of \(values.count) margins")
      margins[i] = Scalar(values[batch.labels[i]])
    }
  }

  /// The smallest margin over D: the weights sum to D at most.
  public func lowerBound(dimension: Int) -> Double? { values.min()! / Double(max(dimension, 1)) }
}

extension MarginGenerator {
  /// One margin for each class.
  public static func perClass<S: TensorScalar>(_ values: [Double]) -> Self where Self == ClassMargin<S> {
    ClassMargin(values)
  }
}
