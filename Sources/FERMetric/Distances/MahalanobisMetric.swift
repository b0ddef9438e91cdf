/// A learned Mahalanobis distance: the squared length of a difference after a linear map.
///
///     d²(u, v) = ‖L(u − v)‖² + ε‖u − v‖² = (u − v)ᵀM(u − v) ,   M = LᵀL + εI
///
/// L is `[R, D]`. The identity makes it the squared Euclidean distance; the ridge ε keeps M positive definite wherever L
/// loses a direction, and where R < D. With roots (`power: .root`) the distance is √(d² + 10⁻¹²).
///
/// - SeeAlso: Gou et al., *Facial Expression Recognition Based on TripletLoss and Attention Mechanism*, ICAC 2023, which
///   measures samples of high attention so; K. Weinberger and L. Saul, JMLR 2009, for learned metrics; Docs/TAN.md.
public struct MahalanobisMetric<Scalar: TensorScalar>: Sendable {
  /// L, `[R, D]`.
  public var map: Tensor<Scalar>
  /// ε
  public let ridge: Scalar
  /// The power of the distance.
  public let power: DistancePower

  /// Creates a metric from its map.
  ///
  /// - Precondition: The map has two axes, and the ridge is not negative.
  public init(map: Tensor<Scalar>, ridge: Scalar = 0, power: DistancePower = .squared) {
    precondition(map.rank == 2, "a metric's map is a matrix, not of shape \(map.shape)")
    precondition(ridge >= 0 && ridge.isFinite, "a metric's ridge is a number and not negative, unlike \(ridge)")
    self.map = map
    self.ridge = ridge
    self.power = power
  }

  /// Creates the Euclidean metric: L = I, and no ridge.
  public init(euclidean dimension: Int, power: DistancePower = .squared) {
    self.init(map: Self.identity(rank: dimension, dimension: dimension), power: power)
  }

  /// The first `rank` rows of the identity.
  static func identity(rank: Int, dimension: Int) -> Tensor<Scalar> {
    var map = Tensor<Scalar>(zeros: [rank, dimension])
    var matrix = map.mutableMatrix
    for j in 0..<min(rank, dimension) { matrix[j, j] = 1 }
    return map
  }

  /// The dimension of the points, D.
  public var dimension: Int { map.shape[1] }

  /// Scales L so that ‖LᵀL‖_F = √D, as it is for the identity; L = 0 stays.
  ///
  /// - Complexity: O(R²·D).
  public mutating func scaleToIdentity() {
    // ‖LᵀL‖_F = ‖LLᵀ‖_F, the smaller product of the two.
    let size = map.product(map, transposeRight: true).norm()
    guard size > 0 else { return }
    map *= (Scalar(dimension).squareRoot() / size).squareRoot()
  }

  /// The distance of two points, `[D]` each.
  ///
  /// - Complexity: O(R·D).
  public func distance(_ u: Span<Scalar>, _ v: Span<Scalar>) -> Scalar {
    power.value(ofSquare: square(u, v, image(u, v)))
  }

  /// Adds `weight` × the gradient of the distance of u and v.
  ///
  /// ∂u = 2M(u − v) = −∂v and ∂L = 2L(u − v)(u − v)ᵀ for the squared distance.
  ///
  /// - Complexity: O(R·D).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func accumulateGradient(
    _ u: Span<Scalar>, _ v: Span<Scalar>, weight: Scalar, u gradientU: inout MutableSpan<Scalar>,
    v gradientV: inout MutableSpan<Scalar>, map gradientMap: inout MutableMatrixView<Scalar>
  ) {
    let image = image(u, v)
    let slope = weight * power.slope(ofValue: power.value(ofSquare: square(u, v, image)))
    let matrix = map.matrix
    for j in 0..<u.count {
      var pulled = ridge * (u[j] - v[j])
      for r in image.indices {
        pulled += matrix[r, j] * image[r]
        gradientMap[r, j] += 2 * slope * image[r] * (u[j] - v[j])
      }
      gradientU[j] += 2 * slope * pulled
      gradientV[j] -= 2 * slope * pulled
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func image(_ u: Span<Scalar>, _ v: Span<Scalar>) -> [Scalar] {
    let matrix = map.matrix
    precondition(
      u.count == matrix.columns && v.count == matrix.columns,
      "points of \(u.count) and \(v.count) coordinates do not fit a metric over \(matrix.columns)")
    return (0..<matrix.rows).map { r in
      var sum: Scalar = 0
      for j in 0..<matrix.columns { sum += matrix[r, j] * (u[j] - v[j]) }
      return sum
    }
  }

  private func square(_ u: Span<Scalar>, _ v: Span<Scalar>, _ image: [Scalar]) -> Scalar {
    var sum: Scalar = 0
    if ridge > 0 { for j in 0..<u.count { sum += (u[j] - v[j]) * (u[j] - v[j]) } }
    return image.reduce(ridge * sum) { $0 + $1 * $1 }
  }
}

extension DistancePower {
  /// d², or √(d² + 10⁻¹²).
  func value<Scalar: TensorScalar>(ofSquare square: Scalar) -> Scalar {
    self == .root ? (square + 1e-12).squareRoot() : square
  }

  /// The derivative of the distance by its square, 1 or 1/(2d).
  func slope<Scalar: TensorScalar>(ofValue value: Scalar) -> Scalar {
    self == .root ? 0.5 / value : 1
  }
}
