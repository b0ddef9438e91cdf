extension Tensor {
  /// The matrix product op(self)·op(other) on the current backend, where op transposes or not.
  ///
  /// - Parameters:
  ///   - other: The right matrix.
  ///   - transposeLeft: Whether this matrix enters transposed.
  ///   - transposeRight: Whether `other` enters transposed.
  /// - Precondition: Both have two axes, and the inner lengths agree.
  /// - Complexity: O(m·n·k).
  public func product(_ other: Tensor, transposeLeft: Bool = false, transposeRight: Bool = false) -> Tensor {
    product(other, transposeLeft, transposeRight, isTable: false)
  }

  /// The same for the tables of losses: see ``TensorKernels/multiplyTable(_:transposed:_:transposed:scale:into:keeping:)``.
  func tableProduct(_ other: Tensor, transposeLeft: Bool = false, transposeRight: Bool = false) -> Tensor {
    product(other, transposeLeft, transposeRight, isTable: true)
  }

  private func product(_ other: Tensor, _ transposeLeft: Bool, _ transposeRight: Bool, isTable: Bool) -> Tensor {
    precondition(
      rank == 2 && other.rank == 2,
      "a matrix product needs two matrices, not tensors of shapes \(shape) and \(other.shape)")
    let (rows, inner) = transposeLeft ? (shape[1], shape[0]) : (shape[0], shape[1])
    let (otherInner, columns) = transposeRight ? (other.shape[1], other.shape[0]) : (other.shape[0], other.shape[1])
    precondition(
      inner == otherInner,
      """
      tensors of shapes \(shape)\(transposeLeft ? " transposed" : "") and \
      \(other.shape)\(transposeRight ? " transposed" : "") cannot be multiplied
      """)
    var result = Tensor(uninitialized: [rows, columns])
    var target = result.mutableMatrix
    let kernels = Scalar.kernels(of: .current)
    if isTable {
      kernels.multiplyTable(
        matrix, transposed: transposeLeft, other.matrix, transposed: transposeRight, scale: 1, into: &target, keeping: 0
      )
    } else {
      kernels.multiply(
        matrix, transposed: transposeLeft, other.matrix, transposed: transposeRight, scale: 1, into: &target, keeping: 0
      )
    }
    return result
  }
}
