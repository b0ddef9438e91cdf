#if OneDNN && os(Linux)
  import Dispatch
  import FERMetric
  import FERMetricBLAS
  import FERMetricDNN
  import Synchronization
  import Testing

  /// What is particular to oneDNN: its cache of primitives and its threads.
  @Suite(.serialized) struct OneDNNTests {
    static let geometry = ConvolutionGeometry(
      inputChannels: 16, outputChannels: 24, kernel: 3, stride: 2, padding: 1)

    /// Output and both gradients of one convolution, and a normalization of its output.
    static func results(length: Int) -> [[Float]] {
      var generator = SeededGenerator(seed: 61, stream: UInt64(length))
      let kernels = Backend.oneDNN.single
      let input = Tensor<Float>.normal([3, length, length, 16], &generator)
      let weights = Tensor<Float>.normal(geometry.weightShape, &generator)
      let output = kernels.convolution(input, weights: weights, geometry: geometry)
      var weightGradient = weights
      kernels.convolutionBackwardWeights(
        input: input, gradient: output, geometry: geometry, accumulatingInto: &weightGradient)
      let inputGradient = kernels.convolutionBackwardData(
        output, weights: weights, geometry: geometry, inputShape: input.shape)
      let (normalized, trace) = kernels.normalization(
        output, scale: Tensor(repeating: 1, shape: [24]), shift: Tensor(zeros: [24]), epsilon: 1e-5, rectified: true,
        residual: nil)
      return [output, weightGradient, inputGradient, normalized, trace.mean, trace.variance].map(\.array)
    }

    @Test func theCacheKeepsWhatFitsAndForgetsTheRest() {
      Backend.oneDNN.prepareCallingThread(threads: 2)
      let first = Self.results(length: 9)
      #expect(PrimitiveCache.count > 0)
      PrimitiveCache.setCapacity(3)
      defer { PrimitiveCache.setCapacity(512) }
      for length in 10..<15 { _ = Self.results(length: length) }
      #expect(PrimitiveCache.count <= 3)
      #expect(Self.results(length: 9) == first)
      PrimitiveCache.removeAll()
      #expect(Self.results(length: 9) == first)
      PrimitiveCache.setCapacity(0)
      #expect(PrimitiveCache.count == 0)
      #expect(Self.results(length: 9) == first)
    }

    @Test func repeatedCallsGiveTheSameBytes() {
      Backend.oneDNN.prepareCallingThread(threads: 2)
      let first = Self.results(length: 21)
      for _ in 0..<5 { #expect(Self.results(length: 21) == first) }
    }

    @Test func callsFromManyThreadsAtOnceGiveTheSameBytes() {
      Backend.oneDNN.prepareCallingThread(threads: 2)
      let expected = Self.results(length: 17)
      let outcomes = Mutex<[[[Float]]]>([])
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        Backend.oneDNN.prepareCallingThread(threads: 2)
        let result = Self.results(length: 17)
        outcomes.withLock { $0.append(result) }
      }
      #expect(outcomes.withLock { $0 } == Array(repeating: expected, count: 8))
    }

    @Test func onePackedConvolutionServesManyThreads() {
      let weights = Tensor<Float>(repeating: 0.5, shape: Self.geometry.weightShape)
      let packed = Backend.oneDNN.single.packedConvolution(
        weights: weights, bias: Tensor(zeros: [24]), geometry: Self.geometry, rectified: true)
      let wrong = Mutex(0)
      DispatchQueue.concurrentPerform(iterations: 8) { i in
        Backend.oneDNN.prepareCallingThread(threads: 1)
        for length in 3..<24 {
          // Sums of small integers and halves are exact, so backends agree to the bit.
          let input = Tensor<Float>(repeating: Float(i), shape: [1, length, 5, 16])
          let expected = Backend.reference.single.convolution(input, weights: weights, geometry: Self.geometry)
          if packed(input, adding: nil).array != expected.array { wrong.withLock { $0 += 1 } }
        }
      }
      #expect(wrong.withLock { $0 } == 0)
    }

    @Test func theThreadCountBelongsToTheCallingThread() {
      Backend.oneDNN.prepareCallingThread(threads: 2)
      #expect(OneDNNThreads.count == 2)
      let other = Mutex(0)
      let queue = DispatchQueue(label: "another thread")
      let group = DispatchGroup()
      queue.async(group: group) {
        Backend.oneDNN.prepareCallingThread(threads: 3)
        other.withLock { $0 = OneDNNThreads.count }
      }
      group.wait()
      #expect(other.withLock { $0 } == 3)
      #expect(OneDNNThreads.count == 2)
    }

    @Test func resultsForOneAndTwoThreadsAgree() {
      Backend.oneDNN.prepareCallingThread(threads: 1)
      let alone = Self.results(length: 20)
      Backend.oneDNN.prepareCallingThread(threads: 2)
      for (one, two) in zip(alone, Self.results(length: 20)) {
        #expect((Tensor(one) - Tensor(two)).norm() <= 1e-6 * Tensor(one).norm())
      }
    }

    @Test func sizesThatDoNotFitTrap() async {
      await #expect(processExitsWith: .failure) {
        let weights = Tensor<Float>(zeros: [24, 16, 1, 1])
        _ = Backend.oneDNN.single.convolution(
          Tensor(zeros: [1, 8, 8, 16]), weights: weights, geometry: OneDNNTests.geometry)
      }
      await #expect(processExitsWith: .failure) {
        let weights = Tensor<Float>(zeros: OneDNNTests.geometry.weightShape)
        _ = Backend.oneDNN.single.convolutionBackwardData(
          Tensor(zeros: [1, 8, 8, 24]), weights: weights, geometry: OneDNNTests.geometry, inputShape: [1, 8, 8, 16])
      }
      await #expect(processExitsWith: .failure) {
        let window = PoolingWindow(size: 2, stride: 2)
        let (output, trace) = Backend.reference.single.maximumPooling(Tensor(zeros: [1, 4, 4, 16]), window: window)
        _ = Backend.oneDNN.single.maximumPoolingBackward(output, through: trace)
      }
    }

    @Test func doubleRunsOnTheDefaultKernels() {
      #expect(type(of: Backend.oneDNN.double) == type(of: Backend.openBLAS.double))
    }
  }
#endif
