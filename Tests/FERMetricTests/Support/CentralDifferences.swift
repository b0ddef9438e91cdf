import FERMetric

/// The derivative of a function by each element of a tensor, by central differences in double precision.
func centralDifferences(
  at point: Tensor<Double>, step: Double = 1e-6, of function: (Tensor<Double>) throws -> Double
) rethrows -> [Double] {
  try (0..<point.count).map { i in
    func moved(by distance: Double) -> Tensor<Double> {
      var elements = point.array
      elements[i] += distance
      return Tensor(elements, shape: point.shape)
    }
    return (try function(moved(by: step)) - function(moved(by: -step))) / (2 * step)
  }
}

/// The largest difference between two lists of equal length.
func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "\(a.count) numbers cannot be compared with \(b.count)")
  return zip(a, b).reduce(0) {
    let difference = ($1.0 - $1.1).magnitude
    return difference.isNaN ? .infinity : max($0, difference)
  }
}
