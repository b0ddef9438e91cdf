extension Tensor: CustomStringConvertible {
  /// The type, the shape and up to six numbers of up to six rows.
  public var description: String {
    "Tensor<\(Scalar.self)> \(shape): \(describe(axis: 0, offset: 0))"
  }

  private func describe(axis: Int, offset: Int) -> String {
    guard axis < rank else { return unsafe "\(base[offset])" }
    let step = stride(of: axis)
    let indices =
      shape[axis] <= 6 ? Array(0..<shape[axis]) : [0, 1, 2, shape[axis] - 3, shape[axis] - 2, shape[axis] - 1]
    var parts = indices.map { describe(axis: axis + 1, offset: offset + $0 * step) }
    if shape[axis] > 6 { parts.insert("…", at: 3) }
    return "[" + parts.joined(separator: ", ") + "]"
  }
}
