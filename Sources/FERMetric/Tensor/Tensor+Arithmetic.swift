extension Tensor {
  /// Combines two tensors element by element, repeating the smaller one where its shape allows.
  ///
  /// Equal shapes combine directly. Otherwise axes are matched from the last one; an axis of length 1, or a missing
  /// leading axis, is repeated, as in NumPy: `[B, D]` with `[D]` adds a row to each row, with `[B, 1]` a column to
  /// each column.
  ///
  /// - Precondition: The shapes can be matched.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func combined(with other: Tensor, _ operation: (Scalar, Scalar) -> Scalar) -> Tensor {
    if shape == other.shape {
      let result = Tensor(uninitialized: shape)
      for i in 0..<count { unsafe result.base[i] = operation(base[i], other.base[i]) }
      return result
    }
    let broadcast = Broadcast(shape, other.shape)
    let result = Tensor(uninitialized: broadcast.shape)
    let (leftStep, rightStep) = broadcast.innerSteps
    for (row, start) in broadcast.rows().enumerated() {
      let target = unsafe result.base + row * broadcast.innerLength
      let left = unsafe base + start.left
      let right = unsafe other.base + start.right
      for i in 0..<broadcast.innerLength {
        unsafe target[i] = operation(left[i * leftStep], right[i * rightStep])
      }
    }
    return result
  }

  /// The elementwise sum, with repetition as in ``combined(with:_:)``.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func + (left: Tensor, right: Tensor) -> Tensor { left.combined(with: right, +) }
  /// The elementwise difference, with repetition as in ``combined(with:_:)``.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func - (left: Tensor, right: Tensor) -> Tensor { left.combined(with: right, -) }
  /// The elementwise product, with repetition as in ``combined(with:_:)``.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func * (left: Tensor, right: Tensor) -> Tensor { left.combined(with: right, *) }
  /// The elementwise quotient, with repetition as in ``combined(with:_:)``.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func / (left: Tensor, right: Tensor) -> Tensor { left.combined(with: right, /) }

  /// Subtracts every element from a number.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func - (left: Scalar, right: Tensor) -> Tensor { right.map { left - $0 } }
  /// Divides a number by every element.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func / (left: Scalar, right: Tensor) -> Tensor { right.map { left / $0 } }
  /// Adds a number to every element.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func + (left: Scalar, right: Tensor) -> Tensor { right.map { left + $0 } }
  /// Adds a number to every element.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func + (left: Tensor, right: Scalar) -> Tensor { left.map { $0 + right } }
  /// Subtracts a number from every element.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func - (left: Tensor, right: Scalar) -> Tensor { left.map { $0 - right } }
  /// Multiplies every element by a number.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func * (left: Tensor, right: Scalar) -> Tensor { left.map { $0 * right } }
  /// Multiplies every element by a number.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func * (left: Scalar, right: Tensor) -> Tensor { right.map { left * $0 } }
  /// Divides every element by a number.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func / (left: Tensor, right: Scalar) -> Tensor { left.map { $0 / right } }
  /// The negated elements.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static prefix func - (tensor: Tensor) -> Tensor { tensor.map { -$0 } }

  /// Adds `right` in place, repeated to the shape of `left` where needed.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func += (left: inout Tensor, right: Tensor) {
    if left.shape == right.shape { left.add(right, scaledBy: 1) } else { left.replace(by: left + right) }
  }
  /// Subtracts `right` in place, repeated to the shape of `left` where needed.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func -= (left: inout Tensor, right: Tensor) {
    if left.shape == right.shape { left.add(right, scaledBy: -1) } else { left.replace(by: left - right) }
  }
  /// Multiplies in place by `right`, repeated to the shape of `left` where needed.
  public static func *= (left: inout Tensor, right: Tensor) { left.replace(by: left * right) }
  /// Divides in place by `right`, repeated to the shape of `left` where needed.
  public static func /= (left: inout Tensor, right: Tensor) { left.replace(by: left / right) }

  private mutating func replace(by result: Tensor) {
    precondition(
      result.shape == shape, "an operation in place cannot change the shape \(shape) to \(result.shape)")
    self = result
  }

  /// Multiplies in place by a number.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func *= (left: inout Tensor, right: Scalar) {
    left.makeUnique()
    for i in 0..<left.count { unsafe left.base[i] *= right }
  }

  /// Adds `factor`·`other` in place.
  ///
  /// - Precondition: The shapes are equal.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public mutating func add(_ other: Tensor, scaledBy factor: Scalar) {
    precondition(
      shape == other.shape, "a tensor of shape \(other.shape) cannot be added in place to one of shape \(shape)")
    makeUnique()
    unsafe Scalar.metricKernels.addScaled(count, factor, other.base, base)
  }

  /// Sets every element to `value`.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public mutating func fill(with value: Scalar) {
    if isKnownUniquelyReferenced(&storage) {
      unsafe Scalar.metricKernels.fill(count, value, base)
    } else {
      self = Tensor(repeating: value, shape: shape)
    }
  }
}
