/// ProxyAnchor: every proxy is an anchor that pulls its own class's samples and pushes all others, the hardest most.
///
///     L = 1/|P⁺| Σ over k in P⁺ of ln(1 + Σ over yᵢ = k of exp(−α(cos θᵢₖ − δ)))
///       + 1/C Σₖ ln(1 + Σ over yᵢ ≠ k of exp(α(cos θᵢₖ + δ)))
///     ∂L/∂cos θᵢₖ = −α·wᵢₖ/|P⁺| for yᵢ = k, else α·wᵢₖ/C ,   wᵢₖ = the term's exponential / (1 + their sum)
///
/// P⁺ are the classes in the batch. Defaults are those of pytorch-metric-learning: δ = 0.1 and α = 32. The reduction is
/// part of the loss.
///
///     var loss = ProxyAnchorLoss<Float>()
///     let value = try loss(batch, weight: 1, accumulatingInto: &gradients)     // batch.centers: the proxies
///
/// ## Numerical behavior
/// The largest exponent of each sum, or 0, is taken out first. A sum over no samples counts 0.
///
/// - Complexity: O(B·C·D).
/// - SeeAlso: S. Kim et al., *Proxy Anchor Loss for Deep Metric Learning*, CVPR 2020.
public struct ProxyAnchorLoss<Scalar: TensorScalar>: ProxyLoss, Hashable, Codable {
  /// δ, in cosines.
  public let margin: Double
  /// α
  public let sharpness: Double
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy

  /// Creates the loss.
  ///
  /// - Precondition: The margin is finite, and the sharpness is positive.
  public init(margin: Double = 0.1, sharpness: Double = 32, nonFinite: NonFinitePolicy = .strict) {
    precondition(margin.isFinite, "a margin has to be a finite number, not \(margin)")
    precondition(sharpness > 0 && sharpness.isFinite, "the sharpness α has to be a positive number, not \(sharpness)")
    self.margin = margin
    self.sharpness = sharpness
    self.nonFinite = nonFinite
  }

  /// Sums over the samples of each proxy, own ones and others.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func evaluate(
    _ angles: ProxyAngles<Scalar>, slopes: inout MutableMatrixView<Scalar>
  ) -> LossValue<Scalar> {
    let cosines = angles.cosines
    let labels = angles.labels
    let (alpha, delta) = (Scalar(sharpness), Scalar(margin))
    let classes = cosines.columns
    // Sum 2k is that over the own samples of proxy k, sum 2k + 1 that over all others.
    var largest = [Scalar](repeating: 0, count: 2 * classes)
    for i in labels.indices {
      for k in 0..<classes {
        let isOwn = labels[i] == k
        let exponent = alpha * (isOwn ? delta - cosines[i, k] : cosines[i, k] + delta)
        slopes[i, k] = exponent
        let place = isOwn ? 2 * k : 2 * k + 1
        largest[place] = max(largest[place], exponent)
      }
    }
    var sums = largest.map { Scalar.exponential(-$0) }
    var present = [Bool](repeating: false, count: 2 * classes)
    for i in labels.indices {
      for k in 0..<classes {
        let place = labels[i] == k ? 2 * k : 2 * k + 1
        let term = Scalar.exponential(slopes[i, k] - largest[place])
        slopes[i, k] = term
        sums[place] += term
        present[place] = true
      }
    }
    let anchors = stride(from: 0, to: 2 * classes, by: 2).count { present[$0] }
    let shares = (1 / Double(anchors), 1 / Double(classes))
    var value = 0.0
    for place in sums.indices where present[place] {
      let term = Double(largest[place]) + Double(Scalar.logarithm(sums[place]))
      value += term * (place.isMultiple(of: 2) ? shares.0 : shares.1)
    }
    let factors = (Scalar(-sharpness * shares.0), Scalar(sharpness * shares.1))
    for i in labels.indices {
      for k in 0..<classes {
        let isOwn = labels[i] == k
        slopes[i, k] *= (isOwn ? factors.0 : factors.1) / sums[isOwn ? 2 * k : 2 * k + 1]
      }
    }
    return LossValue(value: Scalar(value), activeFraction: 1, meanMargin: delta)
  }
}
