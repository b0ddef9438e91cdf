/// A convolution for inference over matrix products: filters in the order of patches, and one pass for what follows.
struct MatrixProductConvolution<Kernels: NetworkKernels>: PackedConvolution {
  let kernels: Kernels
  let filters: Tensor<Kernels.Scalar>
  let bias: Tensor<Kernels.Scalar>
  let geometry: ConvolutionGeometry
  let rectified: Bool

  func callAsFunction(
    _ input: Tensor<Kernels.Scalar>, adding residual: Tensor<Kernels.Scalar>?
  ) -> Tensor<Kernels.Scalar> {
    let output = kernels.convolution(input, filters: filters, geometry: geometry)
    precondition(
      residual == nil || residual?.shape == output.shape,
      "a residual of shape \(residual?.shape ?? []) cannot be added to an output of shape \(output.shape)")
    let channels = geometry.outputChannels
    unsafe Kernels.Scalar.networkLoops.scaleShift(
      output.count / channels, channels, output.base, nil, bias.base, residual?.base, rectified, output.base)
    return output
  }
}
