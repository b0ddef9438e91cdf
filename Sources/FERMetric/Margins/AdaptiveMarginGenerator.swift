/// Whether margins pass gradient on to the inclusion weights (option A5).
public enum MarginGradient: String, Sendable, Hashable, Codable, CaseIterable {
  /// Margins are constants for the gradient: weights learn which coordinates tell the classes apart.
  case detached
  /// The gradient reaches the weights; with κ = 1 it pushes every weight to zero. For fidelity runs: watch the mean.
  case attached
}

/// The margin of AMTC3L: as large as the sum of the sample's inclusion weights.
///
///     mᵢ = κ·Σⱼ aᵢⱼ
///
/// Each coordinate's bracket is greater than −aᵢⱼ, so κ = 1 is the smallest scale that keeps every sample active, and
/// exclusion of coordinates lowers the margin sample by sample. Without inclusion weights mᵢ = κ·D.
///
/// - SeeAlso: equation (5) of the paper; Docs/Method.md, A4 and A5.
public struct AdaptiveMarginGenerator<Scalar: TensorScalar>: MarginGenerator, Codable, Hashable {
  /// κ, the margin for each included coordinate.
  public let scale: Double
  /// Whether the gradient reaches the inclusion weights.
  public let gradient: MarginGradient

  /// Creates the generator.
  ///
  /// - Precondition: `scale` is a finite number.
  public init(scale: Double = 1, gradient: MarginGradient = .detached) {
    precondition(scale.isFinite, "a margin's scale has to be a finite number, not \(scale)")
    self.scale = scale
    self.gradient = gradient
  }

  /// Writes κ·Σⱼ aᵢⱼ.
  ///
  /// - Complexity: O(B·D).
  public func margins(for batch: MetricBatch<Scalar>, into margins: inout MutableSpan<Scalar>) {
    guard let inclusion = batch.inclusion else {
      margins.update(repeating: Scalar(scale * Double(batch.dimension)))
      return
    }
    Scalar.metricKernels.rowSums(of: inclusion, into: &margins)
    let factor = Scalar(scale)
    for i in 0..<margins.count { margins[i] *= factor }
  }

  /// κ
  public func lowerBound(dimension: Int) -> Double? { scale }

  /// Adds κ·∂L/∂mᵢ to the gradient of every weight of sample i, if attached.
  public func accumulateGradient(
    ofMargins marginGradients: Span<Scalar>, for batch: MetricBatch<Scalar>,
    into gradients: inout MetricGradients<Scalar>
  ) {
    guard gradient == .attached && gradients.inclusion != nil else { return }
    for i in 0..<batch.count where marginGradients[i] != 0 {
      var row = gradients.inclusion![row: i]
      Scalar.metricKernels.add(Scalar(scale) * marginGradients[i], to: &row)
    }
  }
}

extension MarginGenerator {
  /// The margin κ·Σⱼ aⱼ of AMTC3L.
  public static func adaptive<S: TensorScalar>(
    scale: Double = 1, gradient: MarginGradient = .detached
  ) -> Self where Self == AdaptiveMarginGenerator<S> {
    AdaptiveMarginGenerator(scale: scale, gradient: gradient)
  }
}
