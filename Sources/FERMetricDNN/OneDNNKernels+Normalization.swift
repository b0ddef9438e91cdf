#if OneDNN && os(Linux)
  internal import CFERConvolution
  import FERMetric

  extension OneDNNKernels {
    /// A ReLU without a residual is part of the primitive, which records its mask as one bit or byte for each element.
    /// With a residual, the sum and the ReLU are a second pass, and the mask is read off the output.
    func normalization(
      _ input: Tensor<Float>, scale: Tensor<Float>, shift: Tensor<Float>, epsilon: Float, rectified: Bool,
      residual: Tensor<Float>?
    ) -> (output: Tensor<Float>, trace: NormalizationTrace<Float>) {
      let channels = Self.checkedChannels(input, scale, shift)
      precondition(
        residual == nil || residual?.shape == input.shape,
        "a residual of shape \(residual?.shape ?? []) cannot be added to an input of shape \(input.shape)")
      var shape = fer_dnn_shape(input.shape)
      let fused = rectified && residual == nil
      var workspace =
        fused
        ? Tensor<Float>(workspace: checkedSize(unsafe fer_dnn_normalization_workspace(&shape, epsilon))) : nil
      var output = Tensor<Float>(uninitialized: input.shape)
      var mean = Tensor<Float>(uninitialized: [channels])
      var variance = Tensor<Float>(uninitialized: [channels])
      check(
        unsafe fer_dnn_normalization_forward(
          &shape, epsilon, fused ? fer_dnn_rectified : fer_dnn_identity, input.address, scale.address, shift.address,
          output.mutableAddress, mean.mutableAddress, variance.mutableAddress, workspace?.mutableAddress))
      if let residual {
        let sum = unsafe output.mutableAddress
        check(
          unsafe fer_dnn_add(
            Int64(output.count), rectified ? fer_dnn_rectified : fer_dnn_identity, sum, residual.address, sum))
      }
      Self.spreadNaN(into: &output, variance, residual)
      let trace = NormalizationTrace(
        input: input, mean: mean, variance: variance, epsilon: epsilon,
        output: rectified && !fused ? output : nil, hasResidual: residual != nil, workspace: workspace)
      return (output, trace)
    }

    func normalizationBackward(
      _ gradient: consuming Tensor<Float>, through trace: consuming NormalizationTrace<Float>, scale: Tensor<Float>,
      shift: Tensor<Float>, accumulatingInto scaleGradient: inout Tensor<Float>,
      _ shiftGradient: inout Tensor<Float>
    ) -> (input: Tensor<Float>, residual: Tensor<Float>?) {
      let channels = Self.checkedChannels(trace.input, scale, shift)
      precondition(
        gradient.shape == trace.input.shape,
        "a gradient of shape \(gradient.shape) does not belong to an output of shape \(trace.input.shape)")
      precondition(
        scaleGradient.shape == [channels] && shiftGradient.shape == [channels],
        """
        the gradients of \(channels) scales and shifts cannot be added to the shapes \(scaleGradient.shape) and \
        \(shiftGradient.shape)
        """)
      var masked = gradient
      if let output = trace.output { Self.keep(&masked, where: output) }
      if !trace.hasResidual && masked.isUniquelyReferenced() {
        let both = unsafe masked.mutableAddress
        unsafe Self.backward(both, trace, scale, shift, both, &scaleGradient, &shiftGradient)
        return (masked, nil)
      }
      var result = Tensor<Float>(uninitialized: masked.shape)
      unsafe Self.backward(
        masked.address, trace, scale, shift, result.mutableAddress, &scaleGradient, &shiftGradient)
      return (result, trace.hasResidual ? masked : nil)
    }

    /// Fills with NaN the channels whose statistics, or whose residual's, are NaN.
    ///
    /// oneDNN's ReLU turns NaN into zero, so that a network whose weights diverged would go on with silent channels and
    /// a finite loss. A NaN anywhere in a channel makes its variance NaN, and fills the channel; hence one look for each
    /// channel finds it.
    private static func spreadNaN(
      into output: inout Tensor<Float>, _ variance: Tensor<Float>, _ residual: Tensor<Float>?
    ) {
      let channels = variance.count
      let bad = (0..<channels).filter { variance.span[$0].isNaN || residual?.span[$0].isNaN == true }
      guard !bad.isEmpty else { return }
      var elements = output.mutableSpan
      for pixel in stride(from: 0, to: elements.count, by: channels) {
        for c in bad { elements[pixel + c] = .nan }
      }
    }

    /// The primitive's backward pass; `result` may be where the gradient is.
    private static func backward(
      _ gradient: UnsafePointer<Float>?, _ trace: borrowing NormalizationTrace<Float>, _ scale: Tensor<Float>,
      _ shift: Tensor<Float>, _ result: UnsafeMutablePointer<Float>?, _ scaleGradient: inout Tensor<Float>,
      _ shiftGradient: inout Tensor<Float>
    ) {
      var shape = fer_dnn_shape(trace.input.shape)
      check(
        unsafe fer_dnn_normalization_backward(
          &shape, trace.epsilon, trace.workspace == nil ? fer_dnn_identity : fer_dnn_rectified, trace.input.address,
          gradient, scale.address, shift.address, trace.mean.address, trace.variance.address,
          trace.workspace?.address, result, scaleGradient.mutableAddress, shiftGradient.mutableAddress))
    }

    /// Sets to zero the elements of a gradient where the output is not positive.
    private static func keep(_ gradient: inout Tensor<Float>, where output: Tensor<Float>) {
      let count = Int64(gradient.count)
      if gradient.isUniquelyReferenced() {
        let both = unsafe gradient.mutableAddress
        check(unsafe fer_dnn_rectifier_backward(count, output.address, both, both))
      } else {
        var masked = Tensor<Float>(uninitialized: gradient.shape)
        check(
          unsafe fer_dnn_rectifier_backward(count, output.address, gradient.address, masked.mutableAddress))
        gradient = masked
      }
    }

    private static func checkedChannels(
      _ input: Tensor<Float>, _ scale: Tensor<Float>, _ shift: Tensor<Float>
    ) -> Int {
      precondition(
        input.rank == 4 && scale.shape == [input.shape[3]] && shift.shape == scale.shape,
        """
        a normalization of N×H×W×C needs C scales and shifts: input \(input.shape), scale \(scale.shape), \
        shift \(shift.shape)
        """)
      precondition(
        input.count > 0, "a normalization needs at least one pixel, but the input has the shape \(input.shape)")
      return input.shape[3]
    }
  }
#endif
