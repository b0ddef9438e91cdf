extension MutableMatrixView {
  /// Writes a·x for each element.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func assign(_ x: MatrixView<Scalar>, scaledBy a: Scalar) {
    precondition(x.rows == rows && x.columns == columns, "\(x.rows)×\(x.columns) does not fit \(rows)×\(columns)")
    let source = x.elements
    for place in 0..<source.count { elements[place] = a * source[place] }
  }

  /// Has some rows changed as a matrix of their own, so that numbers are rounded as they are where these are all.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func change(rows places: [Int], _ body: (inout MutableMatrixView<Scalar>) -> Void) {
    var picked = Tensor<Scalar>(uninitialized: [places.count, columns])
    var sink = picked.mutableMatrix
    for (i, place) in places.enumerated() {
      for j in 0..<columns { sink[i, j] = self[place, j] }
    }
    body(&sink)
    for (i, place) in places.enumerated() {
      for j in 0..<columns { self[place, j] = sink[i, j] }
    }
  }
}
