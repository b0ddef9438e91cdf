#if OneDNN && os(Linux)
  internal import CFERConvolution
  import FERMetric

  extension OneDNNKernels {
    func convolution(
      _ input: Tensor<Float>, weights: Tensor<Float>, geometry: ConvolutionGeometry
    ) -> Tensor<Float> {
      var output = Tensor<Float>(uninitialized: geometry.outputShape(input.shape))
      Self.checkWeights(weights.shape, geometry)
      guard output.count > 0 else { return output }
      var call = fer_dnn_convolution(fer_dnn_shape(input.shape), geometry)
      check(unsafe fer_dnn_convolution_forward(&call, input.address, weights.address, output.mutableAddress))
      return output
    }

    func convolutionBackwardData(
      _ gradient: Tensor<Float>, weights: Tensor<Float>, geometry: ConvolutionGeometry, inputShape: Shape
    ) -> Tensor<Float> {
      Self.checkGradient(gradient.shape, geometry, inputShape)
      Self.checkWeights(weights.shape, geometry)
      var result = Tensor<Float>(uninitialized: inputShape)
      guard result.count > 0 else { return result }
      var call = fer_dnn_convolution(fer_dnn_shape(inputShape), geometry)
      check(
        unsafe fer_dnn_convolution_backward_data(&call, gradient.address, weights.address, result.mutableAddress))
      return result
    }

    func convolutionBackwardWeights(
      input: Tensor<Float>, gradient: Tensor<Float>, geometry: ConvolutionGeometry,
      accumulatingInto weightGradient: inout Tensor<Float>
    ) {
      Self.checkGradient(gradient.shape, geometry, input.shape)
      Self.checkWeights(weightGradient.shape, geometry)
      guard gradient.count > 0 else { return }
      var call = fer_dnn_convolution(fer_dnn_shape(input.shape), geometry)
      check(
        unsafe fer_dnn_convolution_backward_weights(
          &call, input.address, gradient.address, weightGradient.mutableAddress))
    }

    func packedConvolution(
      weights: Tensor<Float>, bias: Tensor<Float>, geometry: ConvolutionGeometry, rectified: Bool
    ) -> any PackedConvolution<Float> {
      Self.checkWeights(weights.shape, geometry)
      precondition(
        bias.shape == [geometry.outputChannels],
        "a convolution to \(geometry.outputChannels) channels needs as many biases, not the shape \(bias.shape)")
      return OneDNNPackedConvolution(weights: weights, bias: bias, geometry: geometry, rectified: rectified)
    }

    private static func checkWeights(_ shape: Shape, _ geometry: ConvolutionGeometry) {
      precondition(
        shape == geometry.weightShape,
        "a convolution with weights of shape \(geometry.weightShape) was given the shape \(shape)")
    }

    private static func checkGradient(_ shape: Shape, _ geometry: ConvolutionGeometry, _ inputShape: Shape) {
      let expected = geometry.outputShape(inputShape)
      precondition(
        shape == expected, "a gradient of shape \(shape) does not belong to an output of shape \(expected)")
    }
  }
#endif
