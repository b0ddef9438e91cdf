/// Mean, scale and deviation of the coordinates of rows.
struct CoordinateMoments {
  /// Rows that count.
  private(set) var count = 0
  /// The mean of all coordinates.
  private(set) var mean = 0.0
  /// The root of the mean square.
  private(set) var scale = 0.0
  /// The root of the mean over columns of the variance over rows.
  private(set) var deviation = 0.0

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init<Scalar: TensorScalar>(_ matrix: MatrixView<Scalar>, included: Span<Bool>? = nil) {
    var sums = [Double](repeating: 0, count: matrix.columns)
    var square = 0.0
    for i in 0..<matrix.rows where included?[i] ?? true {
      count += 1
      for j in 0..<matrix.columns {
        let x = Double(matrix[i, j])
        sums[j] += x
        square += x * x
      }
    }
    guard count > 0, matrix.columns > 0 else { return }
    // Deviations are summed in a second pass: rows that are nearly equal leave nothing of a difference of squares.
    var variance = 0.0
    for i in 0..<matrix.rows where included?[i] ?? true {
      for j in 0..<matrix.columns {
        let difference = Double(matrix[i, j]) - sums[j] / Double(count)
        variance += difference * difference
      }
    }
    let elements = Double(count * matrix.columns)
    mean = sums.reduce(0, +) / elements
    scale = (square / elements).squareRoot()
    deviation = (variance / elements).squareRoot()
  }
}
