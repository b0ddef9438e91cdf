/// The points of a batch under the linear map of a metric, and their distances.
///
///     zᵢ = L(xᵢ − x̄) ,   d²ᵢⱼ = ‖zᵢ − zⱼ‖² + ε‖xᵢ − xⱼ‖²
///
/// All points are mapped at once, by one matrix product; equal points have equal images. The mean x̄ is taken away first:
/// distances do not depend on it, and without it far points that lie close together keep their digits.
struct MappedPoints<Scalar: TensorScalar> {
  let metric: MahalanobisMetric<Scalar>
  /// xᵢ − x̄, `[N, D]`.
  let centered: Tensor<Scalar>
  /// z, `[N, R]`.
  let images: Tensor<Scalar>

  /// Maps points, `[N, D]`.
  ///
  /// - Precondition: The points have the metric's dimension.
  /// - Complexity: O(N·R·D).
  init(_ points: MatrixView<Scalar>, by metric: MahalanobisMetric<Scalar>) {
    precondition(
      points.columns == metric.dimension,
      "points of \(points.columns) coordinates do not fit a metric over \(metric.dimension)")
    let centered = Self.centered(points)
    self.metric = metric
    self.centered = centered
    var product = centered.tableProduct(metric.map, transposeRight: true)
    Self.equalize(&product, of: centered)
    images = product
  }

  /// The squared distances of all pairs, `[N, N]`.
  ///
  /// - Complexity: O(N²·(R + D)); without a ridge O(N²·R).
  func squares() -> Tensor<Scalar> {
    let kernels = Scalar.pairKernels
    var table = Tensor<Scalar>(uninitialized: [images.shape[0], images.shape[0]])
    kernels.sums(.power(2), images.matrix, into: &table)
    guard metric.ridge > 0 else { return table }
    var plain = Tensor<Scalar>(uninitialized: table.shape)
    kernels.sums(.power(2), centered.matrix, into: &plain)
    table.add(plain, scaledBy: metric.ridge)
    return table
  }

  /// The squared distances of some triplets.
  ///
  /// - Complexity: O(T·(R + D)).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func squares(of triplets: [SampleTriplet]) -> (near: [Scalar], far: [Scalar]) {
    var scratch = Tensor<Scalar>(uninitialized: [1])
    let near = triplets.map { square($0.anchor, $0.positive, &scratch) }
    return (near, triplets.map { square($0.anchor, $0.negative, &scratch) })
  }

  private func square(_ i: Int, _ k: Int, _ scratch: inout Tensor<Scalar>) -> Scalar {
    let square = Self.square(images, i, k, &scratch)
    return metric.ridge > 0 ? square + metric.ridge * Self.square(centered, i, k, &scratch) : square
  }

  private static func square(_ points: Tensor<Scalar>, _ i: Int, _ k: Int, _ scratch: inout Tensor<Scalar>) -> Scalar {
    let other = points.matrix[row: k]
    var result = scratch.mutableSpan
    Scalar.metricKernels.centerDistances(
      of: points.matrix[row: i], centers: MatrixView(other, rows: 1, columns: other.count), weights: nil, into: &result)
    return result[0]
  }

  /// `factor` × the gradient by the images, `[N, R]`, of a function whose derivatives by some squares are known.
  ///
  /// - Complexity: O(pairs·R + N·R).
  func imageGradient(_ slopes: ListedSlopes<Scalar>, factor: Scalar) -> Tensor<Scalar> {
    var gradient = Tensor<Scalar>(zeros: images.shape)
    slopes.accumulate(through: images, factor: factor, into: &gradient)
    return gradient
  }

  /// `factor` × the gradient of the same function by the points, `[N, D]`, from that by the images, whose columns sum to
  /// zero because only distances count.
  ///
  /// - Complexity: O(N·R·D).
  func pointGradient(
    _ slopes: ListedSlopes<Scalar>, factor: Scalar, byImages gradient: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    var result = gradient.tableProduct(metric.map)
    if metric.ridge > 0 { slopes.accumulate(through: centered, factor: factor * metric.ridge, into: &result) }
    return result
  }

  /// Adds the gradient by the map, `[R, D]`, of a gradient by the images: Gᵀ·(x − x̄).
  ///
  /// - Complexity: O(N·R·D).
  func accumulateMapGradient(_ gradient: Tensor<Scalar>, into map: inout MutableMatrixView<Scalar>) {
    Scalar.kernels(of: .current).multiplyTable(
      gradient.matrix, transposed: true, centered.matrix, transposed: false, scale: 1, into: &map, keeping: 1)
  }

  /// Gives equal points equal images: a library may sum the rows of a product in different orders, and a root would
  /// magnify what that leaves of a distance of 0.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func equalize(_ images: inout Tensor<Scalar>, of points: Tensor<Scalar>) {
    let (count, dimension, rank) = (points.shape[0], points.shape[1], images.shape[1])
    let x = points.span
    guard count > 1 else { return }
    // Equal points stand side by side, or close, where they are ordered by their first coordinates.
    let order = (0..<count).sorted { (x[$0 * dimension], $0) < (x[$1 * dimension], $1) }
    var z = images.mutableSpan
    for place in 1..<count {
      let i = order[place]
      var before = place - 1
      while before >= 0 && x[order[before] * dimension] == x[i * dimension] {
        let k = order[before]
        var j = 0
        while j < dimension && x[i * dimension + j] == x[k * dimension + j] { j += 1 }
        if j == dimension {
          for r in 0..<rank { z[i * rank + r] = z[k * rank + r] }
          break
        }
        before -= 1
      }
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func centered(_ points: MatrixView<Scalar>) -> Tensor<Scalar> {
    var mean = Tensor<Scalar>(zeros: [points.columns])
    var sum = mean.mutableSpan
    for i in 0..<points.rows { Scalar.metricKernels.add(points[row: i], scaledBy: 1 / Scalar(points.rows), to: &sum) }
    var result = Tensor<Scalar>(uninitialized: [points.rows, points.columns])
    var rows = result.mutableMatrix
    for i in 0..<points.rows {
      let point = points[row: i]
      var row = rows[row: i]
      for j in row.indices { row[j] = point[j] - sum[j] }
    }
    return result
  }
}
