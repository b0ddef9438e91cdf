extension NetworkKernels {
  /// The default: plain loops.
  public func maximumPooling(
    _ input: Tensor<Scalar>, window: PoolingWindow
  ) -> (output: Tensor<Scalar>, trace: PoolingTrace<Scalar>) {
    let output = Tensor<Scalar>(uninitialized: window.outputShape(input.shape))
    let (height, width, channels) = (input.shape[1], input.shape[2], input.shape[3])
    var winners = [Int32](repeating: 0, count: output.count)
    unsafe winners.withUnsafeMutableBufferPointer { winners in
      var o = 0
      for n in 0..<input.shape[0] {
        let picture = unsafe input.base + n * height * width * channels
        for y in 0..<output.shape[1] {
          let ys = Self.clipped(y * window.stride - window.padding, window.size, height)
          for x in 0..<output.shape[2] {
            let xs = Self.clipped(x * window.stride - window.padding, window.size, width)
            unsafe Scalar.networkLoops.largestPixel(
              channels, width, ys.lowerBound, ys.upperBound, xs.lowerBound, xs.upperBound, picture, output.base + o,
              winners.baseAddress! + o)
            o += channels
          }
        }
      }
    }
    return (output, PoolingTrace(inputShape: input.shape, window: window, winners: winners))
  }

  /// The default: adds each output's gradient to its winner.
  public func maximumPoolingBackward(
    _ gradient: Tensor<Scalar>, through trace: PoolingTrace<Scalar>
  ) -> Tensor<Scalar> {
    let shape = trace.inputShape
    precondition(
      gradient.shape == trace.window.outputShape(shape) && trace.winners.count == gradient.count,
      "a gradient of shape \(gradient.shape) does not belong to a pooling of \(shape)")
    let result = Tensor<Scalar>(zeros: shape)
    let (area, channels) = (shape[1] * shape[2], shape[3])
    let pixels = gradient.shape[1] * gradient.shape[2]
    unsafe trace.winners.withUnsafeBufferPointer { winners in
      for n in 0..<shape[0] where gradient.count > 0 {
        unsafe Scalar.networkLoops.scatterWinners(
          pixels, channels, winners.baseAddress! + n * pixels * channels, gradient.base + n * pixels * channels,
          result.base + n * area * channels)
      }
    }
    return result
  }

  /// The default: sums over the pixels in `Scalar`, one picture at a time.
  public func averagePooling(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    precondition(input.rank == 4, "an average pooling needs an input N×H×W×C, not \(input.shape)")
    let (area, channels) = (input.shape[1] * input.shape[2], input.shape[3])
    let output = Tensor<Scalar>(zeros: [input.shape[0], channels])
    for n in 0..<input.shape[0] {
      let sum = unsafe output.base + n * channels
      for p in 0..<area {
        let pixel = unsafe input.base + (n * area + p) * channels
        for c in 0..<channels { unsafe sum[c] += pixel[c] }
      }
      for c in 0..<channels { unsafe sum[c] /= Scalar(area) }
    }
    return output
  }

  /// The default: each pixel receives its share.
  public func averagePoolingBackward(_ gradient: Tensor<Scalar>, inputShape: Shape) -> Tensor<Scalar> {
    precondition(
      inputShape.count == 4 && gradient.shape == [inputShape[0], inputShape[3]],
      "a gradient of shape \(gradient.shape) does not belong to an average pooling of \(inputShape)")
    let (area, channels) = (inputShape[1] * inputShape[2], inputShape[3])
    let result = Tensor<Scalar>(uninitialized: inputShape)
    for n in 0..<inputShape[0] {
      let share = unsafe gradient.base + n * channels
      for p in 0..<area {
        let pixel = unsafe result.base + (n * area + p) * channels
        for c in 0..<channels { unsafe pixel[c] = share[c] / Scalar(area) }
      }
    }
    return result
  }

  /// The part of a window that lies inside an axis of length `length`.
  private static func clipped(_ start: Int, _ size: Int, _ length: Int) -> Range<Int> {
    max(0, start)..<min(length, start + size)
  }
}
