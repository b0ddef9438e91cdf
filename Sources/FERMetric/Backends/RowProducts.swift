/// Dot products between many rows by the current backend: where they are all that is asked for, a library's matrix
/// product beats any loop over rows.
struct RowProducts<Scalar: TensorScalar> {
  private let kernels: any NetworkKernels<Scalar>

  /// Below this number of rows on either side, loops are as fast.
  private static var least: Int { 32 }
  /// Up to so many rows, and numbers, which a core's own caches hold, loops over half of the pairs need less time than a
  /// library's products of such sizes. A matrix unit, as behind Accelerate, needs less than both.
  private static var few: (rows: Int, numbers: Int) {
    #if canImport(Accelerate)
      (0, 0)
    #else
      (512, 1 << 17)
    #endif
  }
  /// Columns of a symmetric matrix that are computed at once, down to the diagonal.
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

  /// products ← x·xᵀ, symmetric to the bit: little more than half is computed. Where there are many numbers, some
  /// rows at a time are transposed, and the library gets a right matrix as it is.
  func multiply(_ x: Tensor<Scalar>, into products: inout Tensor<Scalar>) {
    let (rows, columns) = (x.shape[0], x.shape[1])
    guard rows > Self.few.rows || rows * columns > Self.few.numbers else {
      Scalar.pairKernels.sums(.product, x.matrix, into: &products)
      return
    }
    let step = min(Self.step, rows)
    var turned = Tensor<Scalar>(uninitialized: [columns * step])
    var part = Tensor<Scalar>(uninitialized: [rows * step])
    for first in stride(from: 0, to: rows, by: step) {
      let end = min(first + step, rows)
      Scalar.pairKernels.transpose(x.block(rows: first..<end, columns: columns), into: &turned)
      let others = turned.block(rows: 0..<columns, columns: end - first)
      var sink = part.mutableBlock(rows: 0..<end, columns: end - first)
      kernels.multiplyTable(
        x.block(rows: 0..<end, columns: columns), transposed: false, others, transposed: false, scale: 1, into: &sink,
        keeping: 0)
      Scalar.pairKernels.mirror(part, columns: first..<end, into: &products)
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

  /// Rows of the sums ← a·y + kept times what they are.
  func multiply(
    _ a: MatrixView<Scalar>, _ y: MatrixView<Scalar>, intoRows rows: Range<Int>, of sums: inout Tensor<Scalar>,
    keeping kept: Scalar
  ) {
    var sink = sums.mutableBlock(rows: rows, columns: y.columns)
    kernels.multiplyTable(a, transposed: false, y, transposed: false, scale: 1, into: &sink, keeping: kept)
  }
}
