extension Tensor {
  /// The element at `indices`, one index for each axis.
  ///
  /// - Precondition: There is an index for each axis, within its length.
  /// - Complexity: O(rank).
  public subscript(indices: Int...) -> Scalar {
    get { unsafe base[offset(of: indices)] }
    set {
      makeUnique()
      unsafe base[offset(of: indices)] = newValue
    }
  }

  private func offset(of indices: [Int]) -> Int {
    precondition(
      indices.count == rank, "a tensor of shape \(shape) takes \(rank) indices, but \(indices.count) were given")
    var offset = 0
    for (index, length) in zip(indices, shape.dimensions) {
      precondition(index >= 0 && index < length, "the index \(indices) lies outside a tensor of shape \(shape)")
      offset = offset * length + index
    }
    return offset
  }

  /// The only element of a tensor that has one.
  ///
  /// - Precondition: The tensor has exactly one element.
  public var scalar: Scalar {
    precondition(count == 1, "a tensor of shape \(shape) has \(count) elements and is no scalar")
    return unsafe base[0]
  }

  /// A tensor of the same shape whose elements are `transform` of this one's.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func map(_ transform: (Scalar) -> Scalar) -> Tensor {
    let result = Tensor(uninitialized: shape)
    for i in 0..<count { unsafe result.base[i] = transform(base[i]) }
    return result
  }

  /// The elements rounded to another scalar type.
  @specialized(where Scalar == Float, Other == Double) @specialized(where Scalar == Double, Other == Float)
  public func converted<Other: TensorScalar>(to type: Other.Type = Other.self) -> Tensor<Other> {
    let result = Tensor<Other>(uninitialized: shape)
    for i in 0..<count { unsafe result.base[i] = Other(base[i]) }
    return result
  }

  /// Whether every element is finite.
  public var isFinite: Bool {
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    get {
      for i in 0..<count where unsafe !base[i].isFinite { return false }
      return true
    }
  }
}

extension Tensor: Equatable {
  /// Whether shapes and elements are equal; NaN differs from itself, and 0 equals −0.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public static func == (left: Tensor, right: Tensor) -> Bool {
    guard left.shape == right.shape else { return false }
    for i in 0..<left.count where unsafe left.base[i] != right.base[i] { return false }
    return true
  }
}
