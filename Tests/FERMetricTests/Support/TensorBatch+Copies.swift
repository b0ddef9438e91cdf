import FERMetric

extension TensorBatch {
  /// The samples again and again: copy k of sample i is sample k·B + i.
  func copied(_ times: Int) -> TensorBatch {
    func copies<Element>(_ elements: [Element]) -> [Element] { (0..<times).flatMap { _ in elements } }
    var result = self
    result.embeddings = Tensor(concatenating: Array(repeating: embeddings, count: times))
    result.labels = copies(labels)
    result.predictions = predictions.map { copies($0) }
    result.identities = identities.map { copies($0) }
    result.weights = weights.map { copies($0) }
    return result
  }
}

extension Tensor {
  /// The sums over the copies of each sample, of a tensor with a row or a number for each copy.
  func summedOverCopies(_ times: Int) -> [Double] {
    let elements = array.map { Double($0) }
    let width = elements.count / times
    var sums = [Double](repeating: 0, count: width)
    for (place, element) in elements.enumerated() { sums[place % width] += element }
    return sums
  }
}

/// The largest difference of two lists, relative to the largest number expected.
func relativeDifference(_ actual: [Double], _ expected: [Double]) -> Double {
  largestDifference(actual, expected) / expected.reduce(0) { max($0, $1.magnitude) }
}
