extension NetworkKernels {
  /// The default: two passes for the statistics, one for the output.
  public func normalization(
    _ input: Tensor<Scalar>, scale: Tensor<Scalar>, shift: Tensor<Scalar>, epsilon: Scalar, rectified: Bool,
    residual: Tensor<Scalar>?
  ) -> (output: Tensor<Scalar>, trace: NormalizationTrace<Scalar>) {
    let channels = Self.checkedChannels(input, scale, shift)
    precondition(
      residual == nil || residual?.shape == input.shape,
      "a residual of shape \(residual?.shape ?? []) cannot be added to an input of shape \(input.shape)")
    let rows = input.count / channels
    let loops = Scalar.networkLoops
    var sums = [Double](repeating: 0, count: channels)
    unsafe loops.channelSums(rows, channels, input.base, &sums)
    let mean = Tensor(sums.map { Scalar($0 / Double(rows)) })
    var squares = [Double](repeating: 0, count: channels)
    unsafe loops.channelSquares(rows, channels, input.base, mean.base, &squares)
    let variance = Tensor(squares.map { Scalar($0 / Double(rows)) })
    let slope = Tensor<Scalar>(uninitialized: [channels])
    let offset = Tensor<Scalar>(uninitialized: [channels])
    for c in 0..<channels {
      unsafe slope.base[c] = scale.base[c] / (variance.base[c] + epsilon).squareRoot()
      unsafe offset.base[c] = shift.base[c] - mean.base[c] * slope.base[c]
    }
    let output = Tensor<Scalar>(uninitialized: input.shape)
    unsafe loops.scaleShift(
      rows, channels, input.base, slope.base, offset.base, residual?.base, rectified, output.base)
    let trace = NormalizationTrace(
      input: input, mean: mean, variance: variance, epsilon: epsilon, output: rectified ? output : nil,
      hasResidual: residual != nil)
    return (output, trace)
  }

  /// The default: one pass masks and sums, one writes the gradient by the input.
  ///
  /// With g the masked gradient, x̂ the normalized input and M = N·H·W,
  ///
  ///     ∂scale = Σ g·x̂ ,  ∂shift = Σ g ,  ∂x = scale/√(v + ε) · (g − ∂shift/M − x̂·∂scale/M)
  public func normalizationBackward(
    _ gradient: consuming Tensor<Scalar>, through trace: consuming NormalizationTrace<Scalar>, scale: Tensor<Scalar>,
    shift: Tensor<Scalar>, accumulatingInto scaleGradient: inout Tensor<Scalar>,
    _ shiftGradient: inout Tensor<Scalar>
  ) -> (input: Tensor<Scalar>, residual: Tensor<Scalar>?) {
    let input = trace.input
    let channels = Self.checkedChannels(input, scale, shift)
    precondition(
      gradient.shape == input.shape,
      "a gradient of shape \(gradient.shape) does not belong to an output of shape \(input.shape)")
    precondition(
      trace.workspace == nil,
      "this normalization was recorded by the kernels of another backend; run both passes in the same scope")
    precondition(
      scaleGradient.shape == [channels] && shiftGradient.shape == [channels],
      """
      the gradients of \(channels) scales and shifts cannot be added to the shapes \(scaleGradient.shape) and \
      \(shiftGradient.shape)
      """)
    let rows = input.count / channels
    let loops = Scalar.networkLoops
    if let output = trace.output { gradient.keep(where: output) } else { gradient.makeUnique() }
    var sums = [Double](repeating: 0, count: channels)
    var products = [Double](repeating: 0, count: channels)
    unsafe loops.channelProducts(rows, channels, gradient.base, input.base, trace.mean.base, &sums, &products)
    scaleGradient.makeUnique()
    shiftGradient.makeUnique()
    let slope = Tensor<Scalar>(uninitialized: [channels])
    let constant = Tensor<Scalar>(uninitialized: [channels])
    let linear = Tensor<Scalar>(uninitialized: [channels])
    for c in 0..<channels {
      let inverse = unsafe 1 / (Double(trace.variance.base[c]) + Double(trace.epsilon)).squareRoot()
      unsafe scaleGradient.base[c] += Scalar(products[c] * inverse)
      unsafe shiftGradient.base[c] += Scalar(sums[c])
      unsafe slope.base[c] = Scalar(Double(scale.base[c]) * inverse)
      unsafe constant.base[c] = Scalar(sums[c] / Double(rows))
      unsafe linear.base[c] = Scalar(products[c] / Double(rows) * inverse * inverse)
    }
    let result = trace.hasResidual ? Tensor<Scalar>(uninitialized: input.shape) : gradient
    unsafe loops.normalizationGradient(
      rows, channels, gradient.base, input.base, trace.mean.base, slope.base, constant.base, linear.base, result.base)
    return (result, trace.hasResidual ? gradient : nil)
  }

  private static func checkedChannels(_ input: Tensor<Scalar>, _ scale: Tensor<Scalar>, _ shift: Tensor<Scalar>) -> Int
  {
    precondition(
      input.rank == 4 && scale.shape == [input.shape[3]] && shift.shape == scale.shape,
      "a normalization of N×H×W×C needs C scales and shifts: input \(input.shape), scale \(scale.shape), shift \(shift.shape)"
    )
    precondition(
      input.count > 0, "a normalization needs at least one pixel, but the input has the shape \(input.shape)")
    return input.shape[3]
  }
}

extension Tensor {
  /// Sets to zero the elements where `output` is not positive: the gradient of a ReLU.
  package mutating func keep(where output: Tensor) {
    precondition(
      shape == output.shape, "a gradient of shape \(shape) does not belong to an output of shape \(output.shape)")
    makeUnique()
    unsafe Scalar.networkLoops.mask(count, output.base, base)
  }

  /// Computes x·slope + shift [+ residual], with negative results set to zero if `rectified`, for rows along the last
  /// axis, in place.
  ///
  /// - Precondition: Slope and shift are as long as a row, and the residual has this tensor's shape.
  package mutating func scaleRows(by slope: Tensor, shift: Tensor, adding residual: Tensor?, rectified: Bool) {
    precondition(
      slope.shape == [shape[-1]] && shift.shape == slope.shape && (residual == nil || residual?.shape == shape),
      """
      rows of a tensor of shape \(shape) cannot be scaled by \(slope.shape), shifted by \(shift.shape) and increased by \
      \(residual?.shape ?? [])
      """)
    guard count > 0 else { return }
    makeUnique()
    unsafe Scalar.networkLoops.scaleShift(
      count / slope.count, slope.count, base, slope.base, shift.base, residual?.base, rectified, base)
  }
}
