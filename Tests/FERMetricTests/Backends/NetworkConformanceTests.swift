import FERMetric
import Testing

/// What every backend's network kernels must do, in both scalar types: agree with direct loops over the definitions,
/// over odd sizes, strides and paddings, and leave alone what the caller still holds.
@Suite(.serialized) struct NetworkConformanceTests {
  @Test(arguments: Backend.compiled)
  func convolutionsAgreeWithTheDefinition(_ backend: Backend) {
    backend.prepareCallingThread(threads: 2)
    for example in ConvolutionCase.all {
      checkConvolution(Float.self, backend, example)
      checkConvolution(Double.self, backend, example)
    }
    report("convolutions, forward, by data and by weights", backend, 3 * ConvolutionCase.all.count)
    #expect(ConvolutionCase.all.count > 80)
  }

  func checkConvolution<Scalar: TensorScalar>(
    _ type: Scalar.Type, _ backend: Backend, _ example: ConvolutionCase
  ) {
    let kernels = Scalar.kernels(of: backend)
    let geometry = example.geometry
    let input: Tensor<Scalar> = example.tensor(example.input, example.inputShape)
    let weights: Tensor<Scalar> = example.tensor(example.weights, geometry.weightShape)
    let gradient: Tensor<Scalar> = example.tensor(example.gradient, geometry.outputShape(example.inputShape))
    let output = kernels.convolution(input, weights: weights, geometry: geometry)
    #expect(output.shape == gradient.shape)
    #expect(example.output.matches(output), "\(backend) \(type): \(example)")

    let inputGradient = kernels.convolutionBackwardData(
      gradient, weights: weights, geometry: geometry, inputShape: example.inputShape)
    #expect(inputGradient.shape == input.shape)
    #expect(example.inputGradient.matches(inputGradient), "\(backend) \(type), by data: \(example)")

    let start: Tensor<Scalar> = example.tensor(example.weightStart, geometry.weightShape)
    var weightGradient = start
    kernels.convolutionBackwardWeights(
      input: input, gradient: gradient, geometry: geometry, accumulatingInto: &weightGradient)
    #expect(example.weightGradient.matches(weightGradient), "\(backend) \(type), by weights: \(example)")
    #expect(start.array == example.weightStart.map { Scalar($0) }, "\(backend) \(type) wrote to a shared tensor")
  }

  /// ⟨g, x ∗ w⟩ = ⟨x, the gradient by data⟩ = ⟨w, the gradient by weights⟩, for convolutions of a network's sizes.
  @Test(arguments: Backend.compiled)
  func backwardConvolutionsAreAdjoint(_ backend: Backend) {
    backend.prepareCallingThread(threads: 2)
    var cases = 0
    for (inputs, outputs, kernel, stride, padding) in [
      (3, 64, 7, 2, 3), (64, 64, 1, 1, 0), (64, 64, 3, 1, 1), (64, 128, 3, 2, 1), (64, 128, 1, 2, 0), (33, 31, 3, 2, 1),
    ] {
      let geometry = ConvolutionGeometry(
        inputChannels: inputs, outputChannels: outputs, kernel: kernel, stride: stride, padding: padding)
      checkAdjoint(Float.self, backend, geometry, [2, 13, 15, inputs])
      checkAdjoint(Double.self, backend, geometry, [2, 13, 15, inputs])
      cases += 1
    }
    report("adjoint pairs", backend, cases)
  }

  private func checkAdjoint<Scalar: TensorScalar>(
    _ type: Scalar.Type, _ backend: Backend, _ geometry: ConvolutionGeometry, _ inputShape: Shape
  ) {
    let kernels = Scalar.kernels(of: backend)
    var generator = SeededGenerator(seed: 53, stream: UInt64(geometry.outputChannels), UInt64(geometry.kernel))
    let input = Tensor<Scalar>.normal(inputShape, &generator)
    let weights = Tensor<Scalar>.normal(geometry.weightShape, &generator)
    let gradient = Tensor<Scalar>.normal(geometry.outputShape(inputShape), &generator)
    let output = kernels.convolution(input, weights: weights, geometry: geometry)
    let inputGradient = kernels.convolutionBackwardData(
      gradient, weights: weights, geometry: geometry, inputShape: inputShape)
    var weightGradient = Tensor<Scalar>(zeros: geometry.weightShape)
    kernels.convolutionBackwardWeights(
      input: input, gradient: gradient, geometry: geometry, accumulatingInto: &weightGradient)
    let forward = inner(gradient, output)
    let byData = inner(input, inputGradient)
    let byWeights = inner(weights, weightGradient)
    // Each inner product sums independent errors of relative size ε·√n around terms of the norms' product.
    let allowance = 8 * Double(Scalar.ulpOfOne) * Double(gradient.norm()) * Double(output.norm())
    #expect((forward - byData).magnitude < allowance, "\(backend) \(type), by data: \(geometry)")
    #expect((forward - byWeights).magnitude < allowance, "\(backend) \(type), by weights: \(geometry)")
  }

  private func inner<Scalar: TensorScalar>(_ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> Double {
    zip(a.array, b.array).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  @Test(arguments: Backend.compiled)
  func packedConvolutionsAgreeWithTheDefinition(_ backend: Backend) {
    backend.prepareCallingThread(threads: 2)
    for example in ConvolutionCase.all {
      checkPacked(Float.self, backend, example)
      checkPacked(Double.self, backend, example)
    }
    report("packed convolutions with bias, residual and ReLU", backend, 4 * ConvolutionCase.all.count)
  }

  func checkPacked<Scalar: TensorScalar>(
    _ type: Scalar.Type, _ backend: Backend, _ example: ConvolutionCase
  ) {
    let geometry = example.geometry
    let outputShape = geometry.outputShape(example.inputShape)
    let input: Tensor<Scalar> = example.tensor(example.input, example.inputShape)
    let residual: Tensor<Scalar> = example.tensor(example.residual, outputShape)
    for rectified in [false, true] {
      let packed = Scalar.kernels(of: backend).packedConvolution(
        weights: example.tensor(example.weights, geometry.weightShape),
        bias: example.tensor(example.bias, [geometry.outputChannels]), geometry: geometry, rectified: rectified)
      let plain = packed(input, adding: nil)
      #expect(
        example.packedOutput(residual: false, rectified: rectified).matches(plain), "\(backend) \(type): \(example)")
      let expected = example.packedOutput(residual: true, rectified: rectified)
      #expect(expected.matches(packed(input, adding: residual)), "\(backend) \(type), residual: \(example)")
      let handedOver = packed(input, adding: example.tensor(example.residual, outputShape))
      #expect(expected.matches(handedOver), "\(backend) \(type), residual handed over: \(example)")
    }
    #expect(residual.array == example.residual.map { Scalar($0) }, "\(backend) \(type) wrote to a shared tensor")
  }

  @Test(arguments: Backend.compiled)
  func onePackedConvolutionServesManySizes(_ backend: Backend) {
    let geometry = ConvolutionGeometry(inputChannels: 5, outputChannels: 16, kernel: 3, stride: 2, padding: 1)
    let weights = ConvolutionCase(geometry, [1, 4, 4, 5])
    let packed = backend.single.packedConvolution(
      weights: weights.tensor(weights.weights, geometry.weightShape), bias: Tensor(zeros: [16]), geometry: geometry,
      rectified: false)
    for length in (1...24).reversed() {
      var generator = SeededGenerator(seed: 3, stream: UInt64(length))
      let input = Tensor<Float>.normal([2, length, 7, 5], &generator)
      let expected = Backend.reference.single.convolution(
        input, weights: weights.tensor(weights.weights, geometry.weightShape), geometry: geometry)
      #expect((packed(input, adding: nil) - expected).norm() <= 1e-6 * expected.norm())
    }
  }

  @Test(arguments: Backend.compiled)
  func normalizationsAgreeWithTheDefinition(_ backend: Backend) {
    backend.prepareCallingThread(threads: 2)
    for example in NormalizationCase.all {
      checkNormalization(Float.self, backend, example)
      checkNormalization(Double.self, backend, example)
    }
    report("normalizations, both ways", backend, 2 * NormalizationCase.all.count)
  }

  private func checkNormalization<Scalar: TensorScalar>(
    _ type: Scalar.Type, _ backend: Backend, _ example: NormalizationCase
  ) {
    let kernels = Scalar.kernels(of: backend)
    let channels: Shape = [example.shape[3]]
    let scale: Tensor<Scalar> = example.tensor(example.scale, channels)
    let shift: Tensor<Scalar> = example.tensor(example.shift, channels)
    let residual: Tensor<Scalar>? = example.residual.map { example.tensor($0, example.shape) }
    let (output, trace) = kernels.normalization(
      example.tensor(example.input, example.shape), scale: scale, shift: shift,
      epsilon: Scalar(NormalizationCase.epsilon),
      rectified: example.rectified, residual: residual)
    #expect(example.mean.matches(trace.mean), "\(backend) \(type), mean: \(example)")
    #expect(example.variance.matches(trace.variance), "\(backend) \(type), variance: \(example)")
    #expect(example.output.matches(output), "\(backend) \(type): \(example)")
    #expect(residual?.array == example.residual?.map { Scalar($0) }, "\(backend) \(type) wrote to a shared tensor")

    let gradient: Tensor<Scalar> = example.tensor(example.gradient, example.shape)
    for shared in [true, false] {
      var scaleGradient: Tensor<Scalar> = example.tensor(example.scaleStart, channels)
      var shiftGradient: Tensor<Scalar> = example.tensor(example.shiftStart, channels)
      let gradients = kernels.normalizationBackward(
        shared ? gradient : example.tensor(example.gradient, example.shape), through: trace, scale: scale,
        shift: shift, accumulatingInto: &scaleGradient, &shiftGradient)
      #expect(example.inputGradient.matches(gradients.input), "\(backend) \(type), by input: \(example)")
      #expect(example.scaleGradient.matches(scaleGradient), "\(backend) \(type), by scale: \(example)")
      #expect(example.shiftGradient.matches(shiftGradient), "\(backend) \(type), by shift: \(example)")
      let expected = example.residual == nil ? nil : example.maskedGradient.map { Scalar($0) }
      #expect(gradients.residual?.array == expected, "\(backend) \(type), by residual: \(example)")
    }
    #expect(gradient.array == example.gradient.map { Scalar($0) }, "\(backend) \(type) wrote to a shared tensor")
  }

  /// A diverged network must show it: a ReLU that turns NaN into zero would hide it behind a finite loss.
  @Test(arguments: Backend.compiled)
  func aNaNFillsItsChannelAndNoOther(_ backend: Backend) {
    for channels in [3, 16] {
      let ones = Tensor<Float>(repeating: 1, shape: [channels])
      var generator = SeededGenerator(seed: 67, stream: UInt64(channels))
      let clean = Tensor<Float>.normal([2, 3, 3, channels], &generator)
      var broken = clean
      broken[1, 2, 0, 1] = .nan
      for rectified in [false, true] {
        let outputs = [(broken, nil), (broken, clean), (clean, broken), (clean, nil)].map { input, residual in
          backend.single.normalization(
            input, scale: ones, shift: ones, epsilon: 1e-5, rectified: rectified,
            residual: residual.map { spread($0, channels) }
          ).output.array
        }
        for output in outputs.dropLast() {
          #expect(output.indices.allSatisfy { output[$0].isNaN == ($0 % channels == 1) })
        }
        #expect(outputs[3].allSatisfy { !$0.isNaN })
      }
    }
  }

  /// A map in which NaN fills whole channels, as every map behind a normalization is.
  private func spread(_ map: Tensor<Float>, _ channels: Int) -> Tensor<Float> {
    let bad = Set(map.array.indices.filter { map.array[$0].isNaN }.map { $0 % channels })
    return Tensor(map.array.indices.map { bad.contains($0 % channels) ? .nan : map.array[$0] }, shape: map.shape)
  }

  @Test(arguments: Backend.compiled)
  func maximumPoolingsAgreeWithTheDefinition(_ backend: Backend) {
    backend.prepareCallingThread(threads: 2)
    for example in PoolingCase.all {
      checkPooling(Float.self, backend, example)
      checkPooling(Double.self, backend, example)
    }
    report("maximum poolings with ties, both ways", backend, 2 * PoolingCase.all.count)
  }

  private func checkPooling<Scalar: TensorScalar>(_ type: Scalar.Type, _ backend: Backend, _ example: PoolingCase) {
    let kernels = Scalar.kernels(of: backend)
    let input = Tensor(example.input.map { Scalar($0) }, shape: example.inputShape)
    let (output, trace) = kernels.maximumPooling(input, window: example.window)
    #expect(output.array == example.output.map { Scalar($0) }, "\(backend) \(type): \(example)")
    let gradient = Tensor(example.gradient.map { Scalar($0) }, shape: output.shape)
    let inputGradient = kernels.maximumPoolingBackward(gradient, through: trace)
    #expect(inputGradient.array == example.inputGradient.map { Scalar($0) }, "\(backend) \(type), back: \(example)")
  }

  @Test(arguments: Backend.compiled)
  func averagePoolingsAgreeWithTheDefinition(_ backend: Backend) {
    backend.prepareCallingThread(threads: 2)
    var cases = 0
    for channels in [1, 3, 17, 64] {
      for (batch, height, width) in [(1, 1, 1), (2, 7, 7), (3, 5, 4)] {
        checkAverage(Float.self, backend, [batch, height, width, channels])
        checkAverage(Double.self, backend, [batch, height, width, channels])
        cases += 2
      }
    }
    report("average poolings, both ways", backend, cases)
  }

  private func checkAverage<Scalar: TensorScalar>(_ type: Scalar.Type, _ backend: Backend, _ shape: Shape) {
    let kernels = Scalar.kernels(of: backend)
    var generator = SeededGenerator(seed: 59, stream: UInt64(shape.elementCount))
    let input = Tensor<Scalar>.normal(shape, &generator)
    let gradient = Tensor<Scalar>.normal([shape[0], shape[3]], &generator)
    let (area, channels) = (shape[1] * shape[2], shape[3])
    var means = Bounded(count: gradient.count)
    var shares = Bounded(count: input.count)
    for i in 0..<input.count {
      let place = i / (area * channels) * channels + i % channels
      means.add(Double(input.array[i]) / Double(area), at: place)
      shares.add(Double(gradient.array[place]) / Double(area), at: i)
    }
    means.settle(terms: area)
    shares.settle(terms: 1)
    #expect(means.matches(kernels.averagePooling(input)), "\(backend) \(type): \(shape)")
    #expect(shares.matches(kernels.averagePoolingBackward(gradient, inputShape: shape)), "\(backend) \(type): \(shape)")
  }

  /// A batch without pictures convolves to one without pictures.
  @Test(arguments: Backend.compiled)
  func emptyBatchesAreAllowed(_ backend: Backend) {
    let geometry = ConvolutionGeometry(inputChannels: 3, outputChannels: 4, kernel: 3, padding: 1)
    let weights = Tensor<Float>(repeating: 1, shape: geometry.weightShape)
    let empty = Tensor<Float>(zeros: [0, 5, 5, 3])
    let output = backend.single.convolution(empty, weights: weights, geometry: geometry)
    #expect(output.shape == [0, 5, 5, 4])
    var weightGradient = weights
    backend.single.convolutionBackwardWeights(
      input: empty, gradient: output, geometry: geometry, accumulatingInto: &weightGradient)
    #expect(weightGradient.array == weights.array)
  }

  /// The suites run over this list, so a backend that is missing here would pass unseen.
  @Test func everyCompiledBackendIsExercised() {
    var expected = ["reference"]
    #if canImport(Accelerate)
      expected.append("Accelerate")
    #elseif OpenBLAS
      expected.append("OpenBLAS")
    #endif
    #if OneDNN && os(Linux)
      expected.append("oneDNN")
    #endif
    #expect(Backend.compiled.map(\.name) == expected)
  }

  /// The count of cases that a backend passed in each scalar type.
  private func report(_ what: String, _ backend: Backend, _ cases: Int) {
    print("\(what) on \(backend): \(cases) cases in Float, \(cases) in Double")
  }
}
