import FERMetric

/// Classes of equal size at right angles to one another: cosines are 1 within a class and 0 between classes, exactly, so
/// that losses over them, and their gradients, are short formulas.
struct OrthogonalClasses {
  let classes, samples: Int

  /// The samples of a class.
  var size: Double { Double(samples / classes) }
  /// The positives of a sample.
  var positives: Double { size - 1 }
  /// The negatives of a sample.
  var negatives: Double { Double(samples) - size }

  // Powers of two, by which no direction is rounded.
  private func length(of sample: Int) -> Double { [0.5, 1, 2][sample % 3] }

  /// The samples, of classes in turn.
  func batch<Scalar: TensorScalar>() -> TensorBatch<Scalar> {
    var embeddings = Tensor<Scalar>(zeros: [samples, classes])
    for i in 0..<samples { embeddings[i, i % classes] = Scalar(length(of: i)) }
    return TensorBatch(embeddings: embeddings, labels: (0..<samples).map { $0 % classes })
  }

  /// The gradient of all embeddings where that of each direction is `slope` along the directions of all other classes.
  ///
  /// What it is along its own direction changes nothing but lengths, which no cosine knows.
  func gradient(slope: Double) -> Tensor<Double> {
    var gradient = Tensor<Double>(zeros: [samples, classes])
    for i in 0..<samples {
      for k in 0..<classes where k != i % classes { gradient[i, k] = slope / length(of: i) }
    }
    return gradient
  }
}
