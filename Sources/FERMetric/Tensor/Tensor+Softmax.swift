extension Tensor {
  /// The softmax along an axis: exp(xᵢ − max) / Σⱼ exp(xⱼ − max), which never overflows.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func softmax(alongAxis axis: Int = -1) -> Tensor {
    let result = self.logSoftmax(alongAxis: axis)
    for i in 0..<count { unsafe result.base[i] = Scalar.exponential(result.base[i]) }
    return result
  }

  /// The logarithm of the softmax along an axis: xᵢ − max − ln Σⱼ exp(xⱼ − max).
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  public func logSoftmax(alongAxis axis: Int = -1) -> Tensor {
    precondition(shape[axis] > 0, "a tensor of shape \(shape) has no softmax along axis \(axis), which is empty")
    let result = Tensor(uninitialized: shape)
    forEachSlice(alongAxis: axis) { slice in
      var largest = unsafe base[slice.lowerBound]
      for i in slice { largest = unsafe Swift.max(largest, base[i]) }
      var sum = 0.0
      for i in slice { sum += unsafe Double(Scalar.exponential(base[i] - largest)) }
      let logarithm = Scalar.logarithm(Scalar(sum))
      for i in slice { unsafe result.base[i] = base[i] - largest - logarithm }
    }
    return result
  }
}
