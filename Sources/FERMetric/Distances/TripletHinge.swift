/// The hinge over triplets of points by Euclidean distances or their roots, each triplet with a factor.
///
///     Σ over t of wₜ·max(0, d(a, p) − d(a, n) + m) ;   subgradient 0 at 0
struct TripletHinge<Scalar: TensorScalar> {
  let margin: Scalar
  let power: DistancePower

  /// What a pass saw, over all triplets.
  struct Outcome {
    /// Each triplet's hinge, before its factor.
    var hinges: [Scalar] = []
    /// The sum of the hinges times their factors.
    var loss = 0.0
    var activeCount = 0
    /// Sums of squared distances.
    var positive = 0.0, negative = 0.0
  }

  /// Runs a pass; adds `scale` × gradient if it differentiates.
  ///
  /// - Parameters:
  ///   - points: `[N, D]`.
  ///   - factors: w for each triplet; `nil` for ones.
  ///   - gradient: `[N, D]`, added to; `nil` for the value alone.
  /// - Complexity: O(T·D).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func run(
    _ points: MatrixView<Scalar>, _ triplets: [SampleTriplet], factors: [Scalar]? = nil, scale: Scalar,
    gradient: inout Tensor<Scalar>?
  ) -> Outcome {
    var outcome = Outcome()
    outcome.hinges.reserveCapacity(triplets.count)
    var differences = Tensor<Scalar>(uninitialized: [2, points.columns])
    var length = Tensor<Scalar>(uninitialized: [1])
    for (place, triplet) in triplets.enumerated() {
      let near = Self.subtract(points, triplet.anchor, triplet.positive, into: &differences, 0, &length)
      let far = Self.subtract(points, triplet.anchor, triplet.negative, into: &differences, 1, &length)
      outcome.positive += Double(near)
      outcome.negative += Double(far)
      let (positive, negative) = (power.value(ofSquare: near), power.value(ofSquare: far))
      let hinge = max(0, positive - negative + margin)
      outcome.hinges.append(hinge)
      guard hinge > 0 else { continue }
      let factor = factors?[place] ?? 1
      outcome.activeCount += 1
      outcome.loss += Double(factor * hinge)
      guard gradient != nil else { continue }
      let slope = 2 * scale * factor
      Self.add(differences, 0, slope * power.slope(ofValue: positive), triplet.anchor, triplet.positive, &gradient!)
      Self.add(differences, 1, -slope * power.slope(ofValue: negative), triplet.anchor, triplet.negative, &gradient!)
    }
    return outcome
  }

  /// Writes xᵢ − xₖ into a row and returns its squared length.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func subtract(
    _ points: MatrixView<Scalar>, _ i: Int, _ k: Int, into differences: inout Tensor<Scalar>, _ row: Int,
    _ length: inout Tensor<Scalar>
  ) -> Scalar {
    let (u, v) = (points[row: i], points[row: k])
    var square = length.mutableSpan
    Scalar.metricKernels.centerDistances(
      of: u, centers: MatrixView(v, rows: 1, columns: v.count), weights: nil, into: &square)
    var rows = differences.mutableMatrix
    var difference = rows[row: row]
    for j in 0..<u.count { difference[j] = u[j] - v[j] }
    return square[0]
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func add(
    _ differences: Tensor<Scalar>, _ which: Int, _ slope: Scalar, _ anchor: Int, _ other: Int,
    _ gradient: inout Tensor<Scalar>
  ) {
    var rows = gradient.mutableMatrix
    var row = rows[row: anchor]
    Scalar.metricKernels.add(differences.matrix[row: which], scaledBy: slope, to: &row)
    var partner = rows[row: other]
    Scalar.metricKernels.add(differences.matrix[row: which], scaledBy: -slope, to: &partner)
  }
}
