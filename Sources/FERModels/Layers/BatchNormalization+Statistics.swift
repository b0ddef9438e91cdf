internal import FERMetric

extension BatchNormalization {
  /// Visits `running_mean`, `running_var` and `num_batches_tracked`.
  public mutating func visitBuffers(
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    try Self.visit("running_mean", &runningMean, visit)
    try Self.visit("running_var", &runningVariance, visit)
    var count = Buffer<Scalar>.count(batchCount)
    try visit("num_batches_tracked", &count)
    guard case .count(let changed) = count else { preconditionFailure("num_batches_tracked must remain a count") }
    batchCount = changed
  }

  private static func visit(
    _ name: String, _ tensor: inout Tensor<Scalar>,
    _ visit: (_ name: String, _ buffer: inout Buffer<Scalar>) throws -> Void
  ) rethrows {
    var buffer = Buffer<Scalar>.values(tensor)
    try visit(name, &buffer)
    guard case .values(let changed) = buffer, changed.shape == tensor.shape else {
      preconditionFailure("\(name) must remain a tensor of shape \(tensor.shape)")
    }
    tensor = changed
  }

  /// The normalization by running statistics as one affine map of each channel: x·slope + offset.
  var inferenceCoefficients: (slope: Tensor<Scalar>, offset: Tensor<Scalar>) {
    let deviation = (runningVariance + epsilon).map { $0.squareRoot() }
    let slope = scale.value / deviation
    return (slope, shift.value - runningMean * slope)
  }

  /// Normalizes in place by the running statistics.
  func normalize(_ tensor: inout Tensor<Scalar>, adding residual: Tensor<Scalar>?) {
    requireChannels(tensor.shape)
    precondition(
      residual == nil || residual?.shape == tensor.shape,
      "a residual of shape \(residual?.shape ?? []) cannot be added to an output of shape \(tensor.shape)")
    let (slope, offset) = inferenceCoefficients
    tensor.scaleRows(by: slope, shift: offset, adding: residual, rectified: rectified)
  }

  mutating func observe(mean: Tensor<Scalar>, variance: Tensor<Scalar>, valuesPerChannel: Int) {
    let unbiased = Scalar(valuesPerChannel) / Scalar(valuesPerChannel - 1)
    runningMean *= 1 - momentum
    runningMean.add(mean, scaledBy: momentum)
    runningVariance *= 1 - momentum
    runningVariance.add(variance, scaledBy: momentum * unbiased)
    // A count of a weight file may be the largest number already.
    if batchCount < .max { batchCount += 1 }
  }

  func requireChannels(_ shape: Shape) {
    precondition(
      (shape.count == 2 || shape.count == 4) && shape[-1] == channels,
      "a normalization of \(channels) channels takes B×\(channels) or B×H×W×\(channels), not \(shape)")
  }

  /// A batch of vectors as a batch of maps of one pixel.
  static func asMap(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> {
    tensor.rank == 4 ? tensor : tensor.reshaped(to: [tensor.shape[0], 1, 1, tensor.shape[1]])
  }
}
