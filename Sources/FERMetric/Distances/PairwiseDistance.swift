/// How far, or how similar, two embeddings are: all pairs of two matrices at once, and the gradients of both sides.
///
/// | Kind | d(x, y) | Order |
/// |---|---|---|
/// | Lₚ | (Σₖ abs(xₖ − yₖ)ᵖ)^(power/p) | near is small |
/// | cosine | x·y over unit rows | near is large |
/// | dot product | x·y | near is large |
/// | signal to noise | var(x − y)/var(x), x the anchor | near is small |
/// | chi-squared | Σₖ (xₖ − yₖ)²/(xₖ + yₖ + ε), for features that are not negative | near is small |
/// | signed chi-squared | Σₖ (xₖ − yₖ)²/(abs(xₖ) + abs(yₖ)), 0/0 = 0 | near is small |
///
/// A normalized distance divides rows by their norms first: the p-norm of the distance for Lₚ, the Euclidean norm
/// otherwise.
///
///     let distance = PairwiseDistance<Float>.lp()                // Euclidean over unit rows
///     let matrix = distance(x.matrix)                            // [B, B]
///     distance.accumulateGradient(g.matrix, distances: matrix.matrix, of: x.matrix, into: &dx)
///
/// ## Numerical behavior
/// Distances are sums over differences, never expanded squares: equal rows are at distance 0 exactly, near rows keep
/// their digits, and a matrix of rows among themselves is symmetric to the bit. The gradient at distance 0 is 0. A row
/// whose norm is at most 10⁻¹² has no direction: it is divided by 10⁻¹² and gets no gradient; the same goes for an anchor
/// without variance, whose signal-to-noise distances are 0. The last bit may differ between processors, and that of dot
/// products and cosines between backends: from 32 rows on they are products of the current one, if it multiplies
/// matrices faster than loops do.
///
/// - Complexity: O(N·M·D) time; N·M and (N + M)·D numbers of memory.
/// - SeeAlso: K. Musgrave, S. Belongie and S.-N. Lim, *PyTorch Metric Learning*, 2020, whose defaults these are; T. Yuan
///   et al., *Signal-to-Noise Ratio: A Robust Distance Metric for Deep Metric Learning*, CVPR 2019; Docs/PairLosses.md.
public struct PairwiseDistance<Scalar: TensorScalar>: Sendable, Hashable, Codable {
  /// What is measured.
  public enum Kind: Sendable, Hashable, Codable {
    /// (Σₖ |xₖ − yₖ|ᵖ)^(power/p)
    case lp(p: Double, power: Double)
    /// The dot product of unit rows.
    case cosine
    /// The dot product.
    case dotProduct
    /// The variance of the difference over that of the anchor, the row of the left side.
    case signalToNoise
    /// Σₖ (xₖ − yₖ)²/(xₖ + yₖ + ε)
    case chiSquared(epsilon: Double)
    /// Σₖ (xₖ − yₖ)²/(|xₖ| + |yₖ|), 0/0 = 0
    case signedChiSquared
  }

  /// What is measured.
  public let kind: Kind
  /// Whether rows are divided by their norms first.
  public let isNormalized: Bool

  private init(_ kind: Kind, normalized: Bool) {
    self.kind = kind
    isNormalized = normalized
  }

  /// An Lₚ distance, by default the Euclidean distance of unit rows.
  ///
  /// - Precondition: `p` is at least 1 and finite, `power` positive and finite.
  public static func lp(_ p: Double = 2, power: Double = 1, normalized: Bool = true) -> PairwiseDistance {
    precondition(p >= 1 && p.isFinite, "an Lₚ distance needs a finite p of at least 1, not \(p)")
    precondition(power > 0 && power.isFinite, "the power of a distance has to be a positive number, not \(power)")
    return PairwiseDistance(.lp(p: p, power: power), normalized: normalized)
  }

  /// The Euclidean distance of rows as they are.
  public static var euclidean: PairwiseDistance { .lp(normalized: false) }

  /// The squared Euclidean distance of rows as they are.
  public static var squaredEuclidean: PairwiseDistance { .lp(power: 2, normalized: false) }

  /// The cosine of the angle between rows.
  public static var cosine: PairwiseDistance { PairwiseDistance(.cosine, normalized: true) }

  /// The dot product, by default of unit rows, which makes it the cosine.
  public static func dotProduct(normalized: Bool = true) -> PairwiseDistance {
    PairwiseDistance(.dotProduct, normalized: normalized)
  }

  /// The variance of the difference over that of the anchor.
  public static func signalToNoise(normalized: Bool = true) -> PairwiseDistance {
    PairwiseDistance(.signalToNoise, normalized: normalized)
  }

  /// The chi-squared distance of features that are not negative.
  ///
  /// - Precondition: ε is positive and finite.
  public static func chiSquared(epsilon: Double = 1e-10, normalized: Bool = false) -> PairwiseDistance {
    precondition(
      epsilon > 0 && epsilon.isFinite, "the chi-squared distance needs a positive, finite ε, not \(epsilon)")
    return PairwiseDistance(.chiSquared(epsilon: epsilon), normalized: normalized)
  }

  /// The χ² distance of two histograms without its factor ½, for features of any sign: magnitudes in the denominator keep
  /// it defined, and a coordinate adds at most |xₖ| + |yₖ|.
  ///
  /// The derivative by xₖ, with δ = xₖ − yₖ and s = |xₖ| + |yₖ|, is 2δ/s − sgn(xₖ)·(δ/s)², which lies in −3…3; sgn(0)
  /// counts as 0.
  public static func signedChiSquared(normalized: Bool = false) -> PairwiseDistance {
    PairwiseDistance(.signedChiSquared, normalized: normalized)
  }

  /// Whether near rows have large numbers, as for cosine and dot product.
  public var isSimilarity: Bool { kind == .cosine || kind == .dotProduct }

  /// The matrix of all rows of x against all rows of y.
  ///
  /// - Parameters:
  ///   - x: `[N, D]`, the anchors.
  ///   - y: `[M, D]`.
  /// - Returns: `[N, M]`
  /// - Precondition: The rows are of one length.
  public func callAsFunction(_ x: MatrixView<Scalar>, _ y: MatrixView<Scalar>) -> Tensor<Scalar> {
    matrix(DistanceRows(x, self), DistanceRows(y, self))
  }

  /// The matrix of all rows of x against one another.
  ///
  /// - Parameter x: `[N, D]`
  /// - Returns: `[N, N]`
  /// - Complexity: Half of that of two matrices.
  public func callAsFunction(_ x: MatrixView<Scalar>) -> Tensor<Scalar> {
    matrix(DistanceRows(x, self), nil)
  }

  /// The matrix of prepared rows where it is asked for, 0 elsewhere.
  func matrix(_ own: DistanceRows<Scalar>, _ others: DistanceRows<Scalar>?, in blocks: [PairBlock]) -> Tensor<Scalar> {
    let columns = others ?? own
    var result = Tensor<Scalar>(zeros: [own.rows.shape[0], columns.rows.shape[0]])
    for block in blocks {
      Scalar.pairKernels.sums(form, own.rows.matrix, columns.rows.matrix, in: block, into: &result)
    }
    finish(&result, own)
    return result
  }

  /// The matrix of prepared rows, against others or one another.
  func matrix(_ own: DistanceRows<Scalar>, _ others: DistanceRows<Scalar>?) -> Tensor<Scalar> {
    var result = Tensor<Scalar>(uninitialized: [own.rows.shape[0], (others ?? own).rows.shape[0]])
    let products = isSimilarity ? RowProducts<Scalar>(rows: result.shape[0], others: result.shape[1]) : nil
    switch (products, others) {
    case (let products?, let others?): products.multiply(own.rows.matrix, others.rows.matrix, into: &result)
    case (let products?, nil): products.multiply(own.rows, into: &result)
    case (nil, let others?): Scalar.pairKernels.sums(form, own.rows.matrix, others.rows.matrix, into: &result)
    case (nil, nil): Scalar.pairKernels.sums(form, own.rows.matrix, into: &result)
    }
    finish(&result, own)
    return result
  }

  /// From sums to distances.
  private func finish(_ sums: inout Tensor<Scalar>, _ anchors: DistanceRows<Scalar>) {
    switch kind {
    case .lp(let p, let power):
      if p != power { Scalar.pairKernels.raise(&sums, to: Scalar(power / p)) }
    case .signalToNoise: anchors.divideByVariance(&sums, factor: 1)
    case .cosine, .dotProduct, .chiSquared, .signedChiSquared: break
    }
  }
}
