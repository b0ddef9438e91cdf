#if OneDNN && os(Linux)
  internal import CFERConvolution
  import FERMetric

  extension OneDNNKernels {
    func maximumPooling(
      _ input: Tensor<Float>, window: PoolingWindow
    ) -> (output: Tensor<Float>, trace: PoolingTrace<Float>) {
      var output = Tensor<Float>(uninitialized: window.outputShape(input.shape))
      var workspace: Tensor<Float>?
      if output.count > 0 {
        var call = fer_dnn_pooling(input.shape, window)
        var records = Tensor<Float>(workspace: checkedSize(unsafe fer_dnn_maximum_pooling_workspace(&call)))
        check(
          unsafe fer_dnn_maximum_pooling_forward(
            &call, input.address, output.mutableAddress, records.mutableAddress))
        workspace = records
      }
      return (output, PoolingTrace(inputShape: input.shape, window: window, workspace: workspace))
    }

    func maximumPoolingBackward(
      _ gradient: Tensor<Float>, through trace: PoolingTrace<Float>
    ) -> Tensor<Float> {
      precondition(
        gradient.shape == trace.window.outputShape(trace.inputShape),
        "a gradient of shape \(gradient.shape) does not belong to a pooling of \(trace.inputShape)")
      guard let workspace = trace.workspace else {
        precondition(gradient.count == 0, "this pooling was recorded by the kernels of another backend")
        return Tensor(zeros: trace.inputShape)
      }
      var result = Tensor<Float>(uninitialized: trace.inputShape)
      var call = fer_dnn_pooling(trace.inputShape, trace.window)
      check(
        unsafe fer_dnn_maximum_pooling_backward(
          &call, gradient.address, workspace.address, result.mutableAddress))
      return result
    }

    func averagePooling(_ input: Tensor<Float>) -> Tensor<Float> {
      precondition(
        input.rank == 4 && input.shape[1] * input.shape[2] > 0,
        "an average pooling needs an input N×H×W×C with pixels, not \(input.shape)")
      var output = Tensor<Float>(uninitialized: [input.shape[0], input.shape[3]])
      guard output.count > 0 else { return output }
      var shape = fer_dnn_shape(input.shape)
      check(unsafe fer_dnn_average_pooling_forward(&shape, input.address, output.mutableAddress))
      return output
    }

    func averagePoolingBackward(_ gradient: Tensor<Float>, inputShape: Shape) -> Tensor<Float> {
      precondition(
        inputShape.count == 4 && gradient.shape == [inputShape[0], inputShape[3]],
        "a gradient of shape \(gradient.shape) does not belong to an average pooling of \(inputShape)")
      var result = Tensor<Float>(uninitialized: inputShape)
      guard result.count > 0 else { return result }
      var shape = fer_dnn_shape(inputShape)
      check(unsafe fer_dnn_average_pooling_backward(&shape, gradient.address, result.mutableAddress))
      return result
    }
  }
#endif
