/// Sums of rows over classes, for each of the embeddings of a sample.
struct ClassSums<Scalar: TensorScalar> {
  /// `[k·C, d]`
  let sums: Tensor<Scalar>
  /// `[k·C]`: the sums of the rows' squared lengths.
  let squares: [Double]
  /// `[C]`
  let counts: [Double]

  /// Adds up rows `[B·k, d]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(_ parts: MatrixView<Scalar>, _ labels: Span<Int>, _ rows: [Int], heads: Int, classes: Int) {
    var sums = Tensor<Scalar>(zeros: [heads * classes, parts.columns])
    var squares = [Double](repeating: 0, count: heads * classes)
    var counts = [Double](repeating: 0, count: classes)
    var matrix = sums.mutableMatrix
    for i in rows {
      counts[labels[i]] += 1
      for h in 0..<heads {
        let place = h * classes + labels[i]
        let row = parts[row: i * heads + h]
        var sum = matrix[row: place]
        Scalar.metricKernels.add(row, scaledBy: 1, to: &sum)
        squares[place] += Scalar.metricKernels.product(row, row)
      }
    }
    (self.sums, self.squares, self.counts) = (sums, squares, counts)
  }
}
