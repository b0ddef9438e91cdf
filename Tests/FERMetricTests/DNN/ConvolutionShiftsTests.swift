#if OneDNN && os(Linux)
  import FERMetric
  import FERMetricDNN
  import Foundation
  import Testing

  /// Both ways to compute a 3×3 convolution on whichever processor the tests run: each is chosen by hand here, while the
  /// other tests take the one that pays.
  @Suite(.serialized) struct ConvolutionShiftsTests {
    @Test(arguments: [ConvolutionShifts.never, .always])
    func bothWaysAgreeWithTheDefinition(_ choice: ConvolutionShifts) {
      Backend.oneDNN.prepareCallingThread(threads: 2)
      let conformance = NetworkConformanceTests()
      let cases = ConvolutionCase.all.filter { $0.geometry.kernel == 3 && $0.geometry.padding == 1 }
      ConvolutionShifts.with(choice) {
        for example in cases {
          conformance.checkConvolution(Float.self, .oneDNN, example)
          conformance.checkPacked(Float.self, .oneDNN, example)
        }
      }
      #expect(cases.count > 20)
    }

    /// Batches that go onto the grid at once, in equal portions, with a smaller one at the end, and one by one.
    @Test(arguments: [
      (8, 40, 64, 64, 1), (18, 40, 64, 64, 1), (7, 40, 64, 64, 1), (5, 41, 64, 64, 1), (13, 56, 64, 32, 2),
      (3, 112, 64, 64, 1), (2, 7, 512, 512, 1),
    ])
    func portionsOfABatchAgreeWithTheWhole(_ batch: Int, _ length: Int, _ inputs: Int, _ outputs: Int, _ stride: Int) {
      Backend.oneDNN.prepareCallingThread(threads: 2)
      let geometry = ConvolutionGeometry(
        inputChannels: inputs, outputChannels: outputs, kernel: 3, stride: stride, padding: 1)
      let whole = ConvolutionShifts.with(.never) { Self.results(geometry, batch: batch, length: length) }
      let shifted = ConvolutionShifts.with(.always) { Self.results(geometry, batch: batch, length: length) }
      // Roundings grow with the root of the number of terms; a pixel that is left out changes a hundredth.
      let terms = Float(max(batch * length * length, 9 * max(inputs, outputs)))
      for (one, other) in zip(whole, shifted) {
        #expect((one - other).norm() <= Float.ulpOfOne * terms.squareRoot() * one.norm())
      }
    }

    /// The output, the packed output with a residual, and both gradients.
    private static func results(_ geometry: ConvolutionGeometry, batch: Int, length: Int) -> [Tensor<Float>] {
      let kernels = Backend.oneDNN.single
      var generator = SeededGenerator(seed: 19, stream: UInt64(batch), UInt64(length))
      let input = Tensor<Float>.normal([batch, length, length, geometry.inputChannels], &generator)
      let weights = Tensor<Float>.normal(geometry.weightShape, &generator)
      let output = kernels.convolution(input, weights: weights, geometry: geometry)
      let packed = kernels.packedConvolution(
        weights: weights, bias: Tensor<Float>.normal([geometry.outputChannels], &generator), geometry: geometry,
        rectified: true)
      var weightGradient = weights
      kernels.convolutionBackwardWeights(
        input: input, gradient: output, geometry: geometry, accumulatingInto: &weightGradient)
      let inputGradient = kernels.convolutionBackwardData(
        output, weights: weights, geometry: geometry, inputShape: input.shape)
      let handedOver = packed(input, adding: Tensor(output.array, shape: output.shape))
      return [
        output, packed(input, adding: output), handedOver, packed(input, adding: nil), inputGradient, weightGradient,
      ]
    }

    /// Weights that were packed one way are packed the other way from there.
    @Test(arguments: [ConvolutionShifts.never, .always])
    func onePackedConvolutionServesBothWays(_ first: ConvolutionShifts) {
      Backend.oneDNN.prepareCallingThread(threads: 2)
      let geometry = ConvolutionGeometry(inputChannels: 24, outputChannels: 40, kernel: 3, stride: 2, padding: 1)
      var generator = SeededGenerator(seed: 23)
      let weights = Tensor<Float>.normal(geometry.weightShape, &generator)
      let packed = Backend.oneDNN.single.packedConvolution(
        weights: weights, bias: Tensor(zeros: [40]), geometry: geometry, rectified: false)
      let second: ConvolutionShifts = first == .never ? .always : .never
      // Maps of odd sizes are never shifted.
      for (choice, length) in [(first, 8), (second, 8), (second, 10), (first, 7), (second, 7), (first, 12)] {
        let input = Tensor<Float>.normal([2, length, 6, 24], &generator)
        let expected = Backend.reference.single.convolution(input, weights: weights, geometry: geometry)
        let output = ConvolutionShifts.with(choice) { packed(input, adding: nil) }
        #expect((output - expected).norm() <= 1e-6 * expected.norm())
      }
    }

    /// oneDNN itself says what it computes: one convolution of 3×3, then nine of 1×1.
    @Test func theChoiceIsTaken() async throws {
      let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        _ = unsafe setenv("DNNL_VERBOSE", "1", 1)
        Backend.oneDNN.prepareCallingThread(threads: 2)
        let geometry = ConvolutionGeometry(inputChannels: 32, outputChannels: 32, kernel: 3, stride: 1, padding: 1)
        for choice in [ConvolutionShifts.never, .always] {
          ConvolutionShifts.with(choice) {
            _ = Backend.oneDNN.single.convolution(
              Tensor(zeros: [2, 8, 8, 32]), weights: Tensor(zeros: geometry.weightShape), geometry: geometry)
          }
        }
      }
      let log = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
      let calls = log.split(separator: "\n").filter { $0.contains(",exec,") && $0.contains(",convolution,") }
      #expect(calls.map { $0.contains("kh3") } == [true] + Array(repeating: false, count: 9))
      #expect(calls.dropFirst().allSatisfy { $0.contains("kh1") })
    }

    /// Zeros that a former call left on the grid do not serve a later one of other sizes.
    @Test func callsOfOtherSizesInBetweenChangeNothing() {
      Backend.oneDNN.prepareCallingThread(threads: 2)
      let small = ConvolutionGeometry(inputChannels: 16, outputChannels: 16, kernel: 3, stride: 1, padding: 1)
      let strided = ConvolutionGeometry(inputChannels: 32, outputChannels: 16, kernel: 3, stride: 2, padding: 1)
      ConvolutionShifts.with(.always) {
        let first = Self.results(small, batch: 2, length: 9).map(\.array)
        _ = Self.results(strided, batch: 3, length: 14)
        _ = Self.results(small, batch: 5, length: 13)
        #expect(Self.results(small, batch: 2, length: 9).map(\.array) == first)
      }
    }
  }
#endif
