/// A number for each ordered pair of classes, such as a margin by the classes of anchor and negative.
struct ClassPairTable<Scalar: TensorScalar>: Sendable, Hashable {
  let classes: Int
  var elements: [Scalar]

  init(classes: Int, repeating value: Scalar = 0) {
    self.classes = classes
    elements = Array(repeating: value, count: classes * classes)
  }

  subscript(row: Int, column: Int) -> Scalar {
    @inline(__always) get { elements[row * classes + column] }
    set { elements[row * classes + column] = newValue }
  }
}

extension MetricBatch {
  /// Stops where a label of a sample that takes part is none of the classes a loss was made for.
  func checkLabels(classes: Int) {
    for i in 0..<count where takesPart(i) {
      precondition(
        labels[i] >= 0 && labels[i] < classes, "label \(labels[i]) of sample \(i) lies outside 0..<\(classes)")
    }
  }
}
