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
    let x = unsafe input.base
    var sums = ChannelSums(channels: channels)
    unsafe sums.add(rows: rows, Scalar.self) { row, partial in
      for c in 0..<channels { unsafe partial[c] += x[row * channels + c] }
    }
    let mean = Tensor(sums.sums.map { Scalar($0 / Double(rows)) })
    var squares = ChannelSums(channels: channels)
    unsafe squares.add(rows: rows, Scalar.self) { row, partial in
      for c in 0..<channels {
        let difference = unsafe x[row * channels + c] - mean.base[c]
        unsafe partial[c] += difference * difference
      }
    }
    let variance = Tensor(squares.sums.map { Scalar($0 / Double(rows)) })
    let slope = Tensor<Scalar>(uninitialized: [channels])
    let offset = Tensor<Scalar>(uninitialized: [channels])
    for c in 0..<channels {
      unsafe slope.base[c] = scale.base[c] / (variance.base[c] + epsilon).squareRoot()
      unsafe offset.base[c] = shift.base[c] - mean.base[c] * slope.base[c]
    }
    let output = Tensor<Scalar>(uninitialized: input.shape)
    for row in 0..<rows {
      let pixel = unsafe x + row * channels
      let result = unsafe output.base + row * channels
      for c in 0..<channels { unsafe result[c] = pixel[c] * slope.base[c] + offset.base[c] }
      if let residual {
        for c in 0..<channels { unsafe result[c] += residual.base[row * channels + c] }
      }
      if rectified {
        for c in 0..<channels { unsafe result[c] = max(result[c], 0) }
      }
    }
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
    let channels = Self.checkedChannels(trace.input, scale, shift)
    precondition(
      gradient.shape == trace.input.shape,
      "a gradient of shape \(gradient.shape) does not belong to an output of shape \(trace.input.shape)")
    let rows = trace.input.count / channels
    var masked = gradient
    if let output = trace.output { masked.keep(where: output) }
    let g = unsafe masked.base
    let x = unsafe trace.input.base
    let mean = trace.mean
    let inverse = trace.variance.map { 1 / ($0 + trace.epsilon).squareRoot() }
    var shiftSums = ChannelSums(channels: channels)
    unsafe shiftSums.add(rows: rows, Scalar.self) { row, partial in
      for c in 0..<channels { unsafe partial[c] += g[row * channels + c] }
    }
    var scaleSums = ChannelSums(channels: channels)
    unsafe scaleSums.add(rows: rows, Scalar.self) { row, partial in
      for c in 0..<channels {
        unsafe partial[c] += g[row * channels + c] * (x[row * channels + c] - mean.base[c]) * inverse.base[c]
      }
    }
    scaleGradient.makeUnique()
    shiftGradient.makeUnique()
    let constant = Tensor<Scalar>(uninitialized: [channels])
    let linear = Tensor<Scalar>(uninitialized: [channels])
    let slope = Tensor<Scalar>(uninitialized: [channels])
    for c in 0..<channels {
      unsafe scaleGradient.base[c] += Scalar(scaleSums.sums[c])
      unsafe shiftGradient.base[c] += Scalar(shiftSums.sums[c])
      unsafe slope.base[c] = scale.base[c] * inverse.base[c]
      unsafe linear.base[c] = Scalar(scaleSums.sums[c] / Double(rows)) * inverse.base[c]
      unsafe constant.base[c] = Scalar(shiftSums.sums[c] / Double(rows))
    }
    let result = trace.hasResidual ? Tensor<Scalar>(uninitialized: trace.input.shape) : masked
    let target = unsafe result.base
    for row in 0..<rows {
      for c in 0..<channels {
        let i = row * channels + c
        unsafe target[i] = slope.base[c] * (g[i] - constant.base[c] - (x[i] - mean.base[c]) * linear.base[c])
      }
    }
    return (result, trace.hasResidual ? masked : nil)
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
    for i in 0..<count { unsafe base[i] = output.base[i] > 0 ? base[i] : 0 }
  }
}
