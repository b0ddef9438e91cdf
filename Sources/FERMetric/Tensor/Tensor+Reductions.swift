extension Tensor {
  /// The sum of all elements, accumulated in `Double`.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func sum() -> Scalar { Scalar(total()) }

  /// The mean of all elements.
  ///
  /// - Precondition: There is at least one element.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func mean() -> Scalar {
    precondition(count > 0, "a tensor without elements has no mean")
    return Scalar(total() / Double(count))
  }

  /// The largest element; NaN if there is one.
  ///
  /// - Precondition: There is at least one element.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func max() -> Scalar {
    precondition(count > 0, "a tensor without elements has no maximum")
    var largest = unsafe base[0]
    for i in 1..<Swift.max(1, count) {
      let value = unsafe base[i]
      if value > largest || value.isNaN { largest = value }
    }
    return largest
  }

  /// The sums along an axis, which disappears or stays with length 1, accumulated in `Double`.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func sum(alongAxis axis: Int, keepingAxis: Bool = false) -> Tensor {
    reduced(alongAxis: axis, keepingAxis) { Scalar(total($0)) }
  }

  /// The means along an axis, which disappears or stays with length 1.
  ///
  /// - Precondition: The axis is not empty.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func mean(alongAxis axis: Int, keepingAxis: Bool = false) -> Tensor {
    requireElements(alongAxis: axis, "mean")
    return reduced(alongAxis: axis, keepingAxis) { Scalar(total($0) / Double($0.count)) }
  }

  /// The largest elements along an axis, which disappears or stays with length 1; NaN where there is one.
  ///
  /// - Precondition: The axis is not empty.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func max(alongAxis axis: Int, keepingAxis: Bool = false) -> Tensor {
    requireElements(alongAxis: axis, "maximum")
    return reduced(alongAxis: axis, keepingAxis) { slice in unsafe base[indexOfMaximum(slice)] }
  }

  /// The places of the largest elements along an axis, in row-major order of the remaining axes.
  ///
  /// Among equals the lowest index wins; a NaN wins over numbers.
  ///
  /// - Precondition: The axis is not empty.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func argmax(alongAxis axis: Int) -> [Int] {
    requireElements(alongAxis: axis, "maximum")
    let step = stride(of: shape.resolve(axis))
    var places: [Int] = []
    forEachSlice(alongAxis: axis) { slice in
      places.append((indexOfMaximum(slice) - slice.lowerBound) / step)
    }
    return places
  }

  /// The Euclidean norm of all elements, accumulated in `Double`.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func norm() -> Scalar {
    var total = 0.0
    for i in 0..<count { total += unsafe Double(base[i]) * Double(base[i]) }
    return Scalar(total.squareRoot())
  }

  /// The Euclidean norms along an axis, which disappears or stays with length 1.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func norm(alongAxis axis: Int, keepingAxis: Bool = false) -> Tensor {
    reduced(alongAxis: axis, keepingAxis) { slice in
      var total = 0.0
      for i in slice { total += unsafe Double(base[i]) * Double(base[i]) }
      return Scalar(total.squareRoot())
    }
  }

  private func indexOfMaximum(_ slice: Slice) -> Int {
    var winner = slice.lowerBound
    for i in slice where unsafe base[i] > base[winner] || (base[i].isNaN && !base[winner].isNaN) { winner = i }
    return winner
  }

  private func total() -> Double {
    var total = 0.0
    for i in 0..<count { total += unsafe Double(base[i]) }
    return total
  }

  private func total(_ slice: Slice) -> Double {
    var total = 0.0
    for i in slice { total += unsafe Double(base[i]) }
    return total
  }

  private func reduced(alongAxis axis: Int, _ keepingAxis: Bool, _ body: (Slice) -> Scalar) -> Tensor {
    var lengths = shape.dimensions
    if keepingAxis { lengths[shape.resolve(axis)] = 1 } else { lengths.remove(at: shape.resolve(axis)) }
    let result = Tensor(uninitialized: Shape(lengths))
    var i = 0
    forEachSlice(alongAxis: axis) { slice in
      unsafe result.base[i] = body(slice)
      i += 1
    }
    return result
  }

  private func requireElements(alongAxis axis: Int, _ what: String) {
    precondition(shape[axis] > 0, "a tensor of shape \(shape) has no \(what) along axis \(axis), which is empty")
  }
}

extension Tensor {
  /// The offsets of the elements that differ in one index only.
  struct Slice: Sequence {
    let lowerBound: Int
    let count: Int
    let step: Int

    func makeIterator() -> StrideTo<Int>.Iterator {
      Swift.stride(from: lowerBound, to: lowerBound + count * step, by: step).makeIterator()
    }
  }

  /// The step in memory along an axis.
  func stride(of axis: Int) -> Int { shape.dimensions[(axis + 1)...].reduce(1, *) }

  /// Calls `body` with each slice along `axis`, in row-major order of the other axes.
  func forEachSlice(alongAxis axis: Int, _ body: (Slice) -> Void) {
    let axis = shape.resolve(axis)
    let (length, step) = (shape[axis], stride(of: axis))
    let outer = shape.dimensions[..<axis].reduce(1, *)
    for o in 0..<outer {
      for i in 0..<step { body(Slice(lowerBound: o * length * step + i, count: length, step: step)) }
    }
  }
}
