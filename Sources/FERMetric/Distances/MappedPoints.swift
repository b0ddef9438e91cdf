/// The points of a batch after the linear map of a metric: their squared Euclidean distances are the metric's squares.
///
///     zᵢ = [ L(xᵢ − x̄), √ε·(xᵢ − x̄) ]
///
/// All points are mapped at once, by one matrix product; equal points have equal images. The mean x̄ is taken away first:
/// distances do not depend on it, and without it far points that lie close together keep their digits.
struct MappedPoints<Scalar: TensorScalar> {
  let metric: MahalanobisMetric<Scalar>
  /// xᵢ − x̄, `[N, D]`.
  let centered: Tensor<Scalar>
  /// z, `[N, R]`, or `[N, R + D]` with a ridge.
  let images: Tensor<Scalar>

  /// Maps points, `[N, D]`.
  ///
  /// - Precondition: The points have the metric's dimension.
  /// - Complexity: O(N·R·D).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(_ points: MatrixView<Scalar>, by metric: MahalanobisMetric<Scalar>) {
    precondition(
      points.columns == metric.dimension,
      "points of \(points.columns) coordinates do not fit a metric over \(metric.dimension)")
    let centered = Self.centered(points)
    self.metric = metric
    self.centered = centered
    var product = centered.tableProduct(metric.map, transposeRight: true)
    Self.equalize(&product, of: centered)
    guard metric.ridge > 0 else {
      images = product
      return
    }
    let (rank, dimension) = (metric.map.shape[0], metric.dimension)
    var images = Tensor<Scalar>(zeros: [points.rows, rank + dimension])
    let kernels = Scalar.metricKernels
    let root = metric.ridge.squareRoot()
    var rows = images.mutableMatrix
    for i in 0..<points.rows {
      var row = rows[row: i]
      var head = row._mutatingExtracting(0..<rank)
      kernels.add(product.matrix[row: i], scaledBy: 1, to: &head)
      var tail = row._mutatingExtracting(rank..<rank + dimension)
      kernels.add(centered.matrix[row: i], scaledBy: root, to: &tail)
    }
    self.images = images
  }

  /// The gradient by the points, `[N, D]`, of a gradient by the images: G·L + √ε·G′.
  ///
  /// - Precondition: Each column of the gradient sums to zero, as those of functions of distances do.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func pointGradient(_ gradient: Tensor<Scalar>) -> Tensor<Scalar> {
    let result = head(gradient).tableProduct(metric.map)
    guard metric.ridge > 0 else { return result }
    var sum = result
    let (rank, dimension) = (metric.map.shape[0], metric.dimension)
    let root = metric.ridge.squareRoot()
    var rows = sum.mutableMatrix
    for i in 0..<gradient.shape[0] {
      var row = rows[row: i]
      Scalar.metricKernels.add(
        gradient.matrix[row: i].extracting(rank..<rank + dimension), scaledBy: root, to: &row)
    }
    return sum
  }

  /// Adds the gradient by the map of a gradient by the images: Gᵀ·(x − x̄).
  func accumulateMapGradient(_ gradient: Tensor<Scalar>, into map: inout MutableMatrixView<Scalar>) {
    Scalar.kernels(of: .current).multiplyTable(
      head(gradient).matrix, transposed: true, centered.matrix, transposed: false, scale: 1, into: &map, keeping: 1)
  }

  /// The gradient by the map, `[R, D]`, of a gradient by the images: Gᵀ·(x − x̄).
  func mapGradient(_ gradient: Tensor<Scalar>) -> Tensor<Scalar> {
    head(gradient).tableProduct(centered, transposeLeft: true)
  }

  /// The columns of a gradient that belong to L.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func head(_ gradient: Tensor<Scalar>) -> Tensor<Scalar> {
    guard metric.ridge > 0 else { return gradient }
    let (count, rank) = (gradient.shape[0], metric.map.shape[0])
    var head = Tensor<Scalar>(zeros: [count, rank])
    var rows = head.mutableMatrix
    for i in 0..<count {
      var row = rows[row: i]
      Scalar.metricKernels.add(gradient.matrix[row: i].extracting(0..<rank), scaledBy: 1, to: &row)
    }
    return head
  }

  /// Gives equal points equal images: a library may sum the rows of a product in different orders, and a root would
  /// magnify what that leaves of a distance of 0.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func equalize(_ images: inout Tensor<Scalar>, of points: Tensor<Scalar>) {
    let (count, dimension, rank) = (points.shape[0], points.shape[1], images.shape[1])
    let x = points.span
    var z = images.mutableSpan
    var different: [Scalar: [Int]] = [:]
    for i in 0..<count {
      var twin: Int?
      for k in different[x[i * dimension]] ?? [] where twin == nil {
        var j = 0
        while j < dimension && x[i * dimension + j] == x[k * dimension + j] { j += 1 }
        if j == dimension { twin = k }
      }
      if let twin {
        for r in 0..<rank { z[i * rank + r] = z[twin * rank + r] }
      } else {
        different[x[i * dimension], default: []].append(i)
      }
    }
  }

  private static func centered(_ points: MatrixView<Scalar>) -> Tensor<Scalar> {
    var mean = Tensor<Scalar>(zeros: [points.columns])
    var sum = mean.mutableSpan
    let kernels = Scalar.metricKernels
    for i in 0..<points.rows { kernels.add(points[row: i], scaledBy: 1 / Scalar(points.rows), to: &sum) }
    var result = Tensor<Scalar>(points)
    var rows = result.mutableMatrix
    for i in 0..<points.rows {
      var row = rows[row: i]
      kernels.add(mean.span, scaledBy: -1, to: &row)
    }
    return result
  }
}
