/// How the embeddings of a batch spread: the eigenvalues of their covariance, and what these say.
///
/// With λ₁ … λₙ the eigenvalues and pₖ = λₖ/Σλ, the effective rank is exp(−Σₖ pₖ ln pₖ): D for embeddings that fill all
/// directions alike, near C − 1 for C separate classes, 1 for embeddings on a line, 0 for equal ones.
///
///     let spectrum = try EmbeddingSpectrum(x.matrix)
///     print(spectrum.effectiveRank, spectrum.deviation)
///
/// The smaller of covariance and Gram matrix is decomposed, by the current backend; both have the same eigenvalues but
/// zeros.
///
/// - Complexity: O(B·D·n + n³) with n = min(B, D).
/// - SeeAlso: O. Roy and M. Vetterli, *The effective rank: A measure of effective dimensionality*, EUSIPCO 2007.
public struct EmbeddingSpectrum<Scalar: TensorScalar>: Sendable, Hashable {
  /// The shares of the eigenvalues in their sum, in ascending order, min(B, D) of them; zeros for equal embeddings.
  public let shares: [Double]
  /// The root of the mean variance of the coordinates.
  public let deviation: Double

  /// Decomposes the covariance of the rows.
  ///
  /// - Parameters:
  ///   - embeddings: `[B, D]`.
  ///   - included: `[B]`: the rows that count, `nil` for all.
  /// - Throws: ``LinearAlgebraError`` for numbers that are not finite, or whose squares are not.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public init(_ embeddings: MatrixView<Scalar>, included: Span<Bool>? = nil) throws(LinearAlgebraError) {
    let centered = Self.centered(embeddings, included)
    let (count, dimension) = (centered.shape[0], centered.shape[1])
    let order = min(count, dimension)
    let numbers = centered.span
    var square = 0.0
    for i in numbers.indices { square += Double(numbers[i]) * Double(numbers[i]) }
    deviation = count > 0 && dimension > 0 ? (square / Double(count * dimension)).squareRoot() : 0
    guard square.isFinite else { throw .notFinite(routine: "the spectrum of embeddings") }
    guard square > 0 else {
      shares = Array(repeating: 0, count: order)
      return
    }
    // Scaled to length 1 before it is multiplied, so that nothing over- or underflows.
    let unit = centered * Scalar(1 / square.squareRoot())
    let matrix =
      count < dimension ? unit.product(unit, transposeRight: true) : unit.product(unit, transposeLeft: true)
    let values = try Scalar.kernels(of: .current).symmetricEigendecomposition(matrix).values.array
    let positive = values.map { max(0, Double($0)) }
    let sum = positive.reduce(0, +)
    shares = positive.map { sum > 0 ? $0 / sum : 0 }
  }

  /// exp(−Σ p ln p), or 0 for equal embeddings.
  public var effectiveRank: Double {
    guard shares.contains(where: { $0 > 0 }) else { return 0 }
    return Double.exponential(-shares.reduce(0) { $1 > 0 ? $0 + $1 * Double.logarithm($1) : $0 })
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func centered(_ embeddings: MatrixView<Scalar>, _ included: Span<Bool>?) -> Tensor<Scalar> {
    let rows = (0..<embeddings.rows).filter { included?[$0] ?? true }
    let dimension = embeddings.columns
    var means = [Double](repeating: 0, count: dimension)
    for i in rows {
      for j in 0..<dimension { means[j] += Double(embeddings[i, j]) }
    }
    var centered = Tensor<Scalar>(uninitialized: [rows.count, dimension])
    var matrix = centered.mutableMatrix
    for (place, i) in rows.enumerated() {
      for j in 0..<dimension { matrix[place, j] = embeddings[i, j] - Scalar(means[j] / Double(rows.count)) }
    }
    return centered
  }
}
