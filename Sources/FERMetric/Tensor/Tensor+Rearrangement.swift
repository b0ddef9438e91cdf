extension Tensor {
  /// The same elements under another shape. At most one length may be −1: it is deduced from the others.
  ///
  /// - Precondition: Both shapes hold the same number of elements.
  /// - Complexity: O(1); memory is shared until one of the two is written.
  public func reshaped(to dimensions: [Int]) -> Tensor {
    var lengths = dimensions
    if let free = lengths.firstIndex(of: -1) {
      let known = lengths.enumerated().filter { $0.offset != free }.reduce(1) { $0 * $1.element }
      precondition(
        known > 0 && count % known == 0, "a tensor of shape \(shape) cannot be reshaped to \(dimensions)")
      lengths[free] = count / known
    }
    let target = Shape(lengths)
    precondition(
      target.elementCount == count,
      "a tensor of shape \(shape) has \(count) elements and cannot be reshaped to \(target)")
    var result = self
    result.shape = target
    return result
  }

  /// The same elements under another shape.
  ///
  /// - Precondition: Both shapes hold the same number of elements.
  public func reshaped(to shape: Shape) -> Tensor { reshaped(to: shape.dimensions) }

  /// The slices `rows` along the first axis, as a tensor of its own.
  ///
  /// - Precondition: The tensor has an axis, and `rows` lie within it.
  /// - Complexity: O(elements copied).
  public subscript(rows rows: Range<Int>) -> Tensor {
    precondition(
      rank >= 1 && rows.lowerBound >= 0 && rows.upperBound <= shape[0],
      "rows \(rows) lie outside a tensor of shape \(shape)")
    let rest = Array(shape.dimensions.dropFirst())
    let length = rest.reduce(1, *)
    let result = Tensor(uninitialized: Shape([rows.count] + rest))
    unsafe result.base.update(from: base + rows.lowerBound * length, count: result.count)
    return result
  }

  /// One slice along the first axis, which disappears.
  ///
  /// - Precondition: The tensor has an axis, `row` lies within it, and an assigned slice has the shape of one.
  public subscript(row row: Int) -> Tensor {
    get { self[rows: checked(row)..<row + 1].reshaped(to: Array(shape.dimensions.dropFirst())) }
    set {
      precondition(
        newValue.shape.dimensions == Array(shape.dimensions.dropFirst()),
        "a slice of shape \(newValue.shape) does not fit a row of a tensor of shape \(shape)")
      makeUnique()
      unsafe (base + checked(row) * newValue.count).update(from: newValue.base, count: newValue.count)
    }
  }

  private func checked(_ row: Int) -> Int {
    precondition(
      rank >= 1 && row >= 0 && row < shape[0], "row \(row) lies outside a tensor of shape \(shape)")
    return row
  }

  /// Joins tensors along the first axis.
  ///
  /// - Precondition: There is at least one tensor, and all other axes agree.
  public init(concatenating tensors: [Tensor]) {
    precondition(!tensors.isEmpty, "there is nothing to concatenate")
    let rest = tensors[0].shape.dimensions.dropFirst()
    for tensor in tensors {
      precondition(
        tensor.rank >= 1 && tensor.shape.dimensions.dropFirst() == rest,
        "tensors of shapes \(tensors[0].shape) and \(tensor.shape) cannot be joined along the first axis")
    }
    self.init(uninitialized: Shape([tensors.reduce(0) { $0 + $1.shape[0] }] + rest))
    var offset = 0
    for tensor in tensors {
      unsafe (base + offset).update(from: tensor.base, count: tensor.count)
      offset += tensor.count
    }
  }

  /// The matrix with rows and columns exchanged.
  ///
  /// - Precondition: The tensor has two axes.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func transposed() -> Tensor {
    precondition(rank == 2, "only a matrix can be transposed, not a tensor of shape \(shape)")
    let result = Tensor(uninitialized: [shape[1], shape[0]])
    let (rows, columns) = (shape[0], shape[1])
    for i in 0..<rows {
      for j in 0..<columns { unsafe result.base[j * rows + i] = base[i * columns + j] }
    }
    return result
  }
}
