extension NetworkKernels {
  /// The default: patches of a few pictures at a time, multiplied by the filters as one matrix.
  public func convolution(
    _ input: Tensor<Scalar>, weights: Tensor<Scalar>, geometry: ConvolutionGeometry
  ) -> Tensor<Scalar> {
    let filters = PatchMatrix<Scalar>.filters(weights, geometry)
    return convolution(input, filters: filters, geometry: geometry)
  }

  func convolution(
    _ input: Tensor<Scalar>, filters: Tensor<Scalar>, geometry: ConvolutionGeometry
  ) -> Tensor<Scalar> {
    var output = Tensor<Scalar>(uninitialized: geometry.outputShape(input.shape))
    let patches = PatchMatrix<Scalar>(input: input.shape, geometry)
    for pictures in patches.chunks {
      let rows = patches.rows(pictures)
      var block = output.mutableBlock(rows: rows, columns: geometry.outputChannels)
      multiply(
        patches.gathered(from: input, pictures: pictures), transposed: false, filters.matrix, transposed: false,
        scale: 1, into: &block, keeping: 0)
    }
    return output
  }

  /// The default: the gradient times the transposed filters, scattered back from patches to pictures.
  public func convolutionBackwardData(
    _ gradient: Tensor<Scalar>, weights: Tensor<Scalar>, geometry: ConvolutionGeometry, inputShape: Shape
  ) -> Tensor<Scalar> {
    precondition(
      gradient.shape == geometry.outputShape(inputShape),
      "a gradient of shape \(gradient.shape) does not belong to an output of shape \(geometry.outputShape(inputShape))")
    let filters = PatchMatrix<Scalar>.filters(weights, geometry)
    var patches = PatchMatrix<Scalar>(input: inputShape, geometry)
    var result =
      patches.isIdentity ? Tensor<Scalar>(uninitialized: inputShape) : Tensor<Scalar>(zeros: inputShape)
    for pictures in patches.chunks {
      let rows = patches.rows(pictures)
      let block = gradient.block(rows: rows, columns: geometry.outputChannels)
      if patches.isIdentity {
        var target = result.mutableBlock(rows: rows, columns: geometry.inputChannels)
        multiply(block, transposed: false, filters.matrix, transposed: true, scale: 1, into: &target, keeping: 0)
      } else {
        var target = patches.memory.mutableBlock(rows: 0..<rows.count, columns: patches.columns)
        multiply(block, transposed: false, filters.matrix, transposed: true, scale: 1, into: &target, keeping: 0)
        patches.scatter(into: &result, pictures: pictures)
      }
    }
    return result
  }

  /// The default: transposed patches times the gradient, summed over the pictures.
  public func convolutionBackwardWeights(
    input: Tensor<Scalar>, gradient: Tensor<Scalar>, geometry: ConvolutionGeometry,
    accumulatingInto weightGradient: inout Tensor<Scalar>
  ) {
    precondition(
      gradient.shape == geometry.outputShape(input.shape),
      "a gradient of shape \(gradient.shape) does not belong to an output of shape \(geometry.outputShape(input.shape))"
    )
    let patches = PatchMatrix<Scalar>(input: input.shape, geometry)
    var filterGradient = Tensor<Scalar>(zeros: [patches.columns, geometry.outputChannels])
    for pictures in patches.chunks {
      let rows = patches.rows(pictures)
      var sum = filterGradient.mutableMatrix
      multiply(
        patches.gathered(from: input, pictures: pictures), transposed: true,
        gradient.block(rows: rows, columns: geometry.outputChannels), transposed: false,
        scale: 1, into: &sum, keeping: 1)
    }
    PatchMatrix.addFilterGradient(filterGradient, geometry, to: &weightGradient)
  }

  /// The default: the filters as one matrix, kept; bias, residual and ReLU in one pass over the output.
  public func packedConvolution(
    weights: Tensor<Scalar>, bias: Tensor<Scalar>, geometry: ConvolutionGeometry, rectified: Bool
  ) -> any PackedConvolution<Scalar> {
    precondition(
      bias.shape == [geometry.outputChannels],
      "a convolution to \(geometry.outputChannels) channels needs as many biases, not the shape \(bias.shape)")
    return MatrixProductConvolution(
      kernels: self, filters: PatchMatrix.filters(weights, geometry), bias: bias, geometry: geometry,
      rectified: rectified)
  }
}
