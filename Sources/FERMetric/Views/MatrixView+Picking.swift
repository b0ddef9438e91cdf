extension MatrixView {
  /// Copies of some rows and coordinates, in order; `nil` for all.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func picking(_ places: [Int]?, columns range: Range<Int>? = nil) -> Tensor<Scalar> {
    let range = range ?? 0..<columns
    let count = places?.count ?? rows
    var result = Tensor<Scalar>(uninitialized: [count, range.count])
    var target = result.mutableMatrix
    for i in 0..<count {
      let source = self[row: places?[i] ?? i]
      var row = target[row: i]
      for j in range { row[j - range.lowerBound] = source[j] }
    }
    return result
  }
}
