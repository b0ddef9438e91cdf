/// The rows of one side as a distance compares them: normalized, or centered, or as they are.
struct DistanceRows<Scalar: TensorScalar> {
  /// What is compared, `[N, D]`.
  let rows: Tensor<Scalar>
  private let units: Tensor<Scalar>
  private let norms: Tensor<Scalar>?
  private let squares: Tensor<Scalar>?
  private let p: Scalar

  init(_ x: MatrixView<Scalar>, _ distance: PairwiseDistance<Scalar>) {
    guard distance.isNormalized else {
      self.init(units: Tensor(x), norms: nil, distance)
      return
    }
    let normalized = Scalar.pairKernels.normalizedRows(x, p: Self.exponent(of: distance))
    self.init(units: normalized.units, norms: normalized.norms, distance)
  }

  /// The rows of a tensor, which is not copied where they are measured as they are.
  init(_ raw: Tensor<Scalar>, _ distance: PairwiseDistance<Scalar>) {
    if distance.isNormalized {
      self.init(raw.matrix, distance)
    } else {
      self.init(units: raw, norms: nil, distance)
    }
  }

  private init(units: Tensor<Scalar>, norms: Tensor<Scalar>?, _ distance: PairwiseDistance<Scalar>) {
    (self.units, self.norms) = (units, norms)
    p = Self.exponent(of: distance)
    if distance.kind == .signalToNoise {
      let centered = Scalar.pairKernels.centeredRows(units)
      (rows, squares) = (centered.rows, centered.squares)
    } else {
      (rows, squares) = (units, nil)
    }
  }

  private static func exponent(of distance: PairwiseDistance<Scalar>) -> Scalar {
    if case .lp(let p, _) = distance.kind { Scalar(p) } else { 2 }
  }

  /// Multiplies row i of a matrix by factor/Σₖ x̃ᵢₖ², or by 0 where an anchor has no variance.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  func divideByVariance(_ matrix: inout Tensor<Scalar>, factor: Scalar) {
    guard let squares = squares?.array else { return }
    var elements = matrix.mutableMatrix
    for i in squares.indices {
      let scale = squares[i] > 0 && (factor / squares[i]).isFinite ? factor / squares[i] : 0
      var row = elements[row: i]
      for j in row.indices { row[j] *= scale }
    }
  }

  /// Adds what anchors get through the variance that divides their distances: −Σⱼ gᵢⱼdᵢⱼ·x̃ᵢ, for a gradient g that the
  /// variance has divided already.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  func accumulateVariance(
    gradient: MatrixView<Scalar>, distances: MatrixView<Scalar>, into sink: inout Tensor<Scalar>
  ) {
    var target = sink.mutableMatrix
    for i in 0..<gradient.rows {
      var sum: Scalar = 0
      for j in 0..<gradient.columns { sum += gradient[i, j] * distances[i, j] }
      var row = target[row: i]
      let own = rows.block(rows: i..<i + 1, columns: row.count)
      Scalar.metricKernels.add(own.elements, scaledBy: -sum, to: &row)
    }
  }

  /// Whether the norms tell that all rows as they were given are finite: those of rows that are not are 0 or infinite.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  func areSurelyFinite() -> Bool {
    guard let norms else { return false }
    let lengths = norms.span
    for i in lengths.indices where !(lengths[i] > 0 && lengths[i] < .infinity) { return false }
    return true
  }

  /// Adds, or writes, the gradient with respect to the rows as they were given.
  func accumulate(_ gradient: Tensor<Scalar>, writes: Bool = false, into sink: inout MutableMatrixView<Scalar>) {
    let kernels = Scalar.pairKernels
    let inner = squares == nil ? gradient : kernels.centeredRows(gradient).rows
    if let norms {
      kernels.accumulateNormalization(units, norms: norms, p: p, gradient: inner, writes: writes, into: &sink)
    } else if writes {
      sink.assign(inner.matrix, scaledBy: 1)
    } else {
      Scalar.metricKernels.add(inner.span, scaledBy: 1, to: &sink.elements)
    }
  }
}
