/// Dot products between many rows by the current backend: where they are all that is asked for, a library's matrix
/// product beats any loop over rows.
struct RowProducts<Scalar: TensorScalar> {
  private let kernels: any NetworkKernels<Scalar>

  /// Below this number of rows on either side, loops are as fast.
  private static var least: Int { 32 }
  /// Rows of a symmetric matrix that are computed at once, right of the diagonal.
  private static var step: Int { 64 }

  /// `nil` where the loops are to be taken.
  init?(rows: Int, others: Int) {
    guard min(rows, others) >= Self.least else { return nil }
    kernels = Scalar.kernels(of: .current)
    guard kernels.hasFastProducts else { return nil }
  }

  /// products ← x·yᵀ
  func multiply(_ x: MatrixView<Scalar>, _ y: MatrixView<Scalar>, into products: inout Tensor<Scalar>) {
    var sink = products.mutableMatrix
    kernels.multiplyTable(x, transposed: false, y, transposed: true, scale: 1, into: &sink, keeping: 0)
  }

  /// products ← x·xᵀ, symmetric to the bit: little more than half is computed.
  func multiply(_ x: Tensor<Scalar>, into products: inout Tensor<Scalar>) {
    let (rows, columns) = (x.shape[0], x.shape[1])
    var part = Tensor<Scalar>(uninitialized: [min(Self.step, rows) * rows])
    for first in stride(from: 0, to: rows, by: Self.step) {
      let end = min(first + Self.step, rows)
      let own = x.block(rows: first..<end, columns: columns)
      let others = x.block(rows: first..<rows, columns: columns)
      var sink = part.mutableBlock(rows: 0..<end - first, columns: rows - first)
      kernels.multiplyTable(own, transposed: false, others, transposed: true, scale: 1, into: &sink, keeping: 0)
      Scalar.pairKernels.mirror(part, rows: first..<end, into: &products)
    }
  }

  /// sums ← scale·a·y
  func multiply(
    _ a: MatrixView<Scalar>, by y: MatrixView<Scalar>, scaledBy scale: Scalar, into sums: inout Tensor<Scalar>
  ) {
    var sink = sums.mutableMatrix
    kernels.multiplyTable(a, transposed: false, y, transposed: false, scale: scale, into: &sink, keeping: 0)
  }

  /// sums ← scale·aᵀ·y
  func multiplyTransposed(
    _ a: MatrixView<Scalar>, by y: MatrixView<Scalar>, scaledBy scale: Scalar, into sums: inout Tensor<Scalar>
  ) {
    var sink = sums.mutableMatrix
    kernels.multiplyTable(a, transposed: true, y, transposed: false, scale: scale, into: &sink, keeping: 0)
  }

  /// Adds a·y to rows of the sums.
  func add(_ a: MatrixView<Scalar>, _ y: MatrixView<Scalar>, toRows rows: Range<Int>, of sums: inout Tensor<Scalar>) {
    var sink = sums.mutableBlock(rows: rows, columns: y.columns)
    kernels.multiplyTable(a, transposed: false, y, transposed: false, scale: 1, into: &sink, keeping: 1)
  }
}
