/// A learned Mahalanobis distance: the squared length of a difference after a linear map.
///
///     d²(u, v) = ‖L(u − v)‖² = (u − v)ᵀM(u − v) ,   M = LᵀL
///
/// L is `[R, D]`. The identity makes it the squared Euclidean distance. With roots (`power: .root`) the distance is
/// √(d² + 10⁻¹²).
///
/// - SeeAlso: Gou et al., *Facial Expression Recognition Based on TripletLoss and Attention Mechanism*, ICAC 2023, which
///   measures samples of high attention so; K. Weinberger and L. Saul, JMLR 2009, for learned metrics.
public struct MahalanobisMetric<Scalar: TensorScalar>: Sendable {
  /// L, `[R, D]`.
  public var map: Tensor<Scalar>
  /// The power of the distance.
  public let power: DistancePower

  /// Creates a metric from its map.
  ///
  /// - Precondition: The map has two axes.
  public init(map: Tensor<Scalar>, power: DistancePower = .squared) {
    precondition(map.rank == 2, "a metric's map is a matrix, not of shape \(map.shape)")
    self.map = map
    self.power = power
  }

  /// Creates the Euclidean metric: L = I.
  public init(euclidean dimension: Int, power: DistancePower = .squared) {
    var map = Tensor<Scalar>(zeros: [dimension, dimension])
    var matrix = map.mutableMatrix
    for j in 0..<dimension { matrix[j, j] = 1 }
    self.init(map: map, power: power)
  }

  /// The distance of two points, `[D]` each.
  ///
  /// - Complexity: O(R·D).
  public func distance(_ u: Span<Scalar>, _ v: Span<Scalar>) -> Scalar {
    value(ofSquare: square(image(u, v)))
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
    let slope = 2 * weight * (power == .root ? 0.5 / value(ofSquare: square(image)) : 1)
    let matrix = map.matrix
    for j in 0..<u.count {
      var pulled: Scalar = 0
      for r in image.indices {
        pulled += matrix[r, j] * image[r]
        gradientMap[r, j] += slope * image[r] * (u[j] - v[j])
      }
      gradientU[j] += slope * pulled
      gradientV[j] -= slope * pulled
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

  private func square(_ image: [Scalar]) -> Scalar { image.reduce(0) { $0 + $1 * $1 } }

  private func value(ofSquare square: Scalar) -> Scalar {
    power == .root ? (square + 1e-12).squareRoot() : square
  }
}
