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
      gradient.shape == trace.window.outputShape(shape),
      "a gradient of shape \(gradient.shape) does not belong to a pooling of \(shape)")
    precondition(
      trace.winners.count == gradient.count,
      "this pooling was recorded by the kernels of another backend; run both passes in the same scope")
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

  /// The default: sums over the pixels as in the normalization.
  public func averagePooling(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
    precondition(
      input.rank == 4 && input.shape[1] * input.shape[2] > 0,
      "an average pooling needs an input N×H×W×C with pixels, not \(input.shape)")
    let (area, channels) = (input.shape[1] * input.shape[2], input.shape[3])
    var means: [Scalar] = []
    means.reserveCapacity(input.shape[0] * channels)
    for n in 0..<input.shape[0] {
      var sums = [Double](repeating: 0, count: channels)
      unsafe Scalar.networkLoops.channelSums(area, channels, input.base + n * area * channels, &sums)
      for sum in sums { means.append(Scalar(sum / Double(area))) }
    }
    return Tensor(means, shape: [input.shape[0], channels])
  }

  /// The default: each pixel receives its share.
  public func averagePoolingBackward(_ gradient: Tensor<Scalar>, inputShape: Shape) -> Tensor<Scalar> {
    precondition(
      inputShape.count == 4 && gradient.shape == [inputShape[0], inputShape[3]],
      "a gradient of shape \(gradient.shape) does not belong to an average pooling of \(inputShape)")
    let (area, channels) = (inputShape[1] * inputShape[2], inputShape[3])
    let share = gradient * (1 / Scalar(max(1, area)))
    let result = Tensor<Scalar>(uninitialized: inputShape)
    for n in 0..<inputShape[0] {
      for p in 0..<area {
        unsafe (result.base + (n * area + p) * channels).update(from: share.base + n * channels, count: channels)
      }
    }
    return result
  }

  /// The part of a window that lies inside an axis of length `length`.
  private static func clipped(_ start: Int, _ size: Int, _ length: Int) -> Range<Int> {
    max(0, start)..<min(length, start + size)
  }
}
