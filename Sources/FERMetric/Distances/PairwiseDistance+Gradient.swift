extension PairwiseDistance {
  /// Adds `weight` × the gradient of rows that were compared with one another.
  ///
  /// With h = g + gᵀ, which is what both roles of a row add up to, and for the Euclidean distance
  ///
  ///     ∂xᵢ = Σⱼ hᵢⱼ (xᵢ − xⱼ)/dᵢⱼ ,   0 where dᵢⱼ = 0
  ///
  /// - Parameters:
  ///   - gradient: g, `[N, N]`: the derivative of the loss by each element of the matrix.
  ///   - distances: `[N, N]`, the matrix.
  ///   - x: `[N, D]`
  ///   - weight: The factor of the loss in the whole objective.
  ///   - sink: `[N, D]`, added to.
  /// - Complexity: O(N²·D); N·D numbers of memory.
  public func accumulateGradient(
    _ gradient: MatrixView<Scalar>, distances: MatrixView<Scalar>, of x: MatrixView<Scalar>, weight: Scalar = 1,
    into sink: inout MutableMatrixView<Scalar>
  ) {
    accumulateGradient(gradient, distances, of: DistanceRows(x, self), against: nil, weight, into: &sink)
  }

  /// Adds `weight` × the gradient of the left side, the anchors x.
  ///
  /// - Parameters:
  ///   - gradient: `[N, M]`: the derivative of the loss by each element of the matrix.
  ///   - distances: `[N, M]`, the matrix.
  ///   - x: `[N, D]`
  ///   - y: `[M, D]`
  ///   - weight: The factor of the loss in the whole objective.
  ///   - sink: `[N, D]`, added to.
  /// - Complexity: O(N·M·D); (N + M)·D numbers of memory.
  public func accumulateGradient(
    _ gradient: MatrixView<Scalar>, distances: MatrixView<Scalar>, of x: MatrixView<Scalar>,
    against y: MatrixView<Scalar>, weight: Scalar = 1, into sink: inout MutableMatrixView<Scalar>
  ) {
    accumulateGradient(
      gradient, distances, of: DistanceRows(x, self), against: DistanceRows(y, self), weight, into: &sink)
  }

  /// Adds `weight` × the gradient of the right side, y.
  ///
  /// - Parameters: As for the left side, but `sink` is `[M, D]`.
  /// - Complexity: O(N·M·D); (N + M)·D numbers of memory.
  public func accumulateReferenceGradient(
    _ gradient: MatrixView<Scalar>, distances: MatrixView<Scalar>, of x: MatrixView<Scalar>,
    against y: MatrixView<Scalar>, weight: Scalar = 1, into sink: inout MutableMatrixView<Scalar>
  ) {
    accumulateReferenceGradient(
      gradient, distances, of: DistanceRows(x, self), against: DistanceRows(y, self), weight, into: &sink)
  }

  /// The gradient of anchors that the matrix was made of, against others or, where there are none, one another.
  func accumulateGradient(
    _ gradient: MatrixView<Scalar>, _ distances: MatrixView<Scalar>, of rows: DistanceRows<Scalar>,
    against others: DistanceRows<Scalar>?, _ weight: Scalar, writes: Bool = false,
    into sink: inout MutableMatrixView<Scalar>
  ) {
    var inner = Tensor<Scalar>(uninitialized: rows.rows.shape)
    if let others {
      add(gradient, distances, .row, own: rows, other: others, weight, writes: true, &inner)
    } else if kind == .signalToNoise {
      add(gradient, distances, .row, own: rows, other: rows, weight, writes: true, &inner)
      add(gradient, distances, .column, own: rows, other: rows, weight, writes: false, &inner)
    } else {
      add(gradient, distances, .both, own: rows, other: rows, weight, writes: true, &inner)
    }
    rows.accumulate(inner, writes: writes, into: &sink)
  }

  /// The gradient of the others that the matrix was made of.
  func accumulateReferenceGradient(
    _ gradient: MatrixView<Scalar>, _ distances: MatrixView<Scalar>, of rows: DistanceRows<Scalar>,
    against others: DistanceRows<Scalar>, _ weight: Scalar, writes: Bool = false,
    into sink: inout MutableMatrixView<Scalar>
  ) {
    var inner = Tensor<Scalar>(uninitialized: others.rows.shape)
    add(gradient, distances, .column, own: others, other: rows, weight, writes: true, &inner)
    others.accumulate(inner, writes: writes, into: &sink)
  }

  /// Adds, or writes, the gradient with respect to the rows as they are compared.
  func add(
    _ gradient: MatrixView<Scalar>, _ distances: MatrixView<Scalar>, _ side: PairSide,
    own: DistanceRows<Scalar>, other: DistanceRows<Scalar>, _ weight: Scalar, writes: Bool = false,
    _ inner: inout Tensor<Scalar>
  ) {
    let kernels = Scalar.pairKernels
    guard kind == .signalToNoise else {
      kernels.accumulate(
        form, side: side, factor: weight * outerFactor, exponent: outerExponent, gradient: gradient,
        distances: distances, own: own.rows, other: other.rows, writes: writes, into: &inner)
      return
    }
    var scaled = Tensor(gradient)
    (side == .column ? other : own).divideByVariance(&scaled, factor: 2 * weight)
    kernels.accumulate(
      form, side: side, factor: 1, exponent: 0, gradient: scaled.matrix, distances: distances, own: own.rows,
      other: other.rows, writes: writes, into: &inner)
    if side == .row { own.accumulateVariance(gradient: scaled.matrix, distances: distances, into: &inner) }
  }

  /// Adds the gradient of listed pairs with respect to the rows as they are compared.
  ///
  /// - Precondition: The distance is no signal-to-noise ratio, and the power of its sum 1 or ½.
  func add(
    _ list: ListedSlopes<Scalar>, _ distances: MatrixView<Scalar>, _ side: PairSide,
    own: DistanceRows<Scalar>, other: DistanceRows<Scalar>, _ weight: Scalar, _ inner: inout Tensor<Scalar>
  ) {
    precondition(kind != .signalToNoise, "listed pairs know no signal-to-noise ratio")
    Scalar.pairKernels.accumulate(
      list, form, side: side, factor: weight * outerFactor, exponent: outerExponent, distances: distances,
      own: own.rows, other: other.rows, into: &inner)
  }

  /// What is summed over coordinates.
  var form: PairForm<Scalar> {
    switch kind {
    case .lp(let p, _): .power(p)
    case .cosine, .dotProduct: .product
    case .signalToNoise: .power(2)
    case .chiSquared(let epsilon): .ratio(epsilon: epsilon)
    case .signedChiSquared: .sizeRatio
    }
  }

  // With s = Σₖ|δₖ|ᵖ and d = s^(power/p): ∂d/∂xₖ = power·d^(1 − p/power)·sign(δₖ)|δₖ|ᵖ⁻¹.
  private var outerFactor: Scalar {
    if case .lp(_, let power) = kind { Scalar(power) } else { 1 }
  }

  private var outerExponent: Scalar {
    if case .lp(let p, let power) = kind { Scalar(1 - p / power) } else { 0 }
  }
}
