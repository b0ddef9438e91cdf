/// The χ² distance of two histograms.
///
///     χ²(u, v) = Σⱼ (uⱼ − vⱼ)² / (|uⱼ| + |vⱼ|) ,   0/0 = 0
///
/// For histograms, whose entries are not negative, this is the usual distance without its factor ½. Magnitudes in the
/// denominator keep it defined for any embedding: a coordinate adds at most |uⱼ| + |vⱼ|. The gradient by uⱼ, with
/// δ = uⱼ − vⱼ and s = |uⱼ| + |vⱼ|, is 2δ/s − sgn(uⱼ)·(δ/s)², which lies in −3…3; sgn(0) counts as 0.
///
/// - SeeAlso: H. Sadeghi and A.-A. Raie, *HistNet: Histogram-based convolutional neural network with Chi-squared deep
///   metric learning for facial expression recognition*, Information Sciences 608, 2022. Their learned matrix in front of
///   the distance is the network's last layer here.
enum ChiSquaredDistance {
  /// The distance of two points of equal length.
  @inline(__always)
  static func distance<Scalar: TensorScalar>(_ u: Span<Scalar>, _ v: Span<Scalar>) -> Scalar {
    var sum: Scalar = 0
    for j in 0..<u.count {
      let size = abs(u[j]) + abs(v[j])
      let difference = u[j] - v[j]
      sum += size > 0 ? difference * (difference / size) : 0
    }
    return sum
  }

  /// Adds `weight` × the gradient of the distance by u; that by v is the same with u and v exchanged.
  @inline(__always)
  static func accumulateGradient<Scalar: TensorScalar>(
    _ u: Span<Scalar>, _ v: Span<Scalar>, weight: Scalar, into gradient: inout MutableSpan<Scalar>
  ) {
    for j in 0..<u.count {
      let size = abs(u[j]) + abs(v[j])
      guard size > 0 else { continue }
      let ratio = (u[j] - v[j]) / size
      let sign: Scalar = u[j] > 0 ? 1 : u[j] < 0 ? -1 : 0
      gradient[j] += weight * (2 * ratio - sign * (ratio * ratio))
    }
  }

  /// `[N, M]`: the distances of all rows of two matrices.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func distances<Scalar: TensorScalar>(_ u: Tensor<Scalar>, _ v: Tensor<Scalar>) -> Tensor<
    Scalar
  > {
    var result = Tensor<Scalar>(uninitialized: [u.shape[0], v.shape[0]])
    let (u, v) = (u.matrix, v.matrix)
    var table = result.mutableMatrix
    for i in 0..<u.rows {
      for j in 0..<v.rows { table[i, j] = distance(u[row: i], v[row: j]) }
    }
    return result
  }

  /// Adds to row i the sum over j of gᵢⱼ, or gⱼᵢ, times the gradient of the distance of uᵢ and vⱼ by uᵢ.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func accumulate<Scalar: TensorScalar>(
    _ gradient: Tensor<Scalar>, _ u: Tensor<Scalar>, _ v: Tensor<Scalar>, isTransposed: Bool,
    into result: inout Tensor<Scalar>
  ) {
    let (u, v, gradient) = (u.matrix, v.matrix, gradient.matrix)
    var sink = result.mutableMatrix
    for i in 0..<u.rows {
      let point = u[row: i]
      var target = sink[row: i]
      for j in 0..<v.rows {
        let slope = isTransposed ? gradient[j, i] : gradient[i, j]
        if slope != 0 { accumulateGradient(point, v[row: j], weight: slope, into: &target) }
      }
    }
  }
}
