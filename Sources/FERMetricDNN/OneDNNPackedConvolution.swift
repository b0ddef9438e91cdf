#if OneDNN && os(Linux)
  internal import CFERConvolution
  import FERMetric

  /// A convolution whose weights lie in the order that oneDNN wants on this processor.
  ///
  /// Each size of input is prepared when it first comes; the library's side guards that with a lock of its own.
  @safe final class OneDNNPackedConvolution: PackedConvolution, @unchecked Sendable {
    private let geometry: ConvolutionGeometry
    private let handle: OpaquePointer

    init(weights: Tensor<Float>, bias: Tensor<Float>, geometry: ConvolutionGeometry, rectified: Bool) {
      var call = fer_dnn_convolution(fer_dnn_shape([0, 0, 0, geometry.inputChannels]), geometry)
      let created = unsafe fer_dnn_packed_create(&call, weights.address, bias.address, rectified ? 1 : 0)
      guard let created = unsafe created else { preconditionFailure(unsafe String(cString: fer_dnn_message())) }
      unsafe handle = created
      self.geometry = geometry
    }

    deinit {
      unsafe fer_dnn_packed_destroy(handle)
    }

    func callAsFunction(_ input: Tensor<Float>, adding residual: consuming Tensor<Float>?) -> Tensor<Float> {
      let shape = geometry.outputShape(input.shape)
      guard var output = residual else {
        var output = Tensor<Float>(uninitialized: shape)
        unsafe run(input, nil, &output)
        return output
      }
      precondition(
        output.shape == shape, "a residual of shape \(output.shape) cannot be added to an output of shape \(shape)")
      if output.isUniquelyReferenced() {
        unsafe run(input, output.address, &output)
        return output
      }
      var fresh = Tensor<Float>(uninitialized: shape)
      unsafe run(input, output.address, &fresh)
      return fresh
    }

    private func run(_ input: Tensor<Float>, _ residual: UnsafePointer<Float>?, _ output: inout Tensor<Float>) {
      guard output.count > 0 else { return }
      let shape = fer_dnn_shape(input.shape)
      check(
        unsafe fer_dnn_packed_run(
          handle, shape.batch, shape.height, shape.width, input.address, residual, output.mutableAddress))
    }
  }
#endif
