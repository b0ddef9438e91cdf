import FERMetric
import FERModels
import Testing

@Suite(.serialized) struct LayerTests {
  static let tolerance = 1e-7

  static func formula<Model: Parameterized>(_ make: (inout WeightInitializer) -> Model) -> Model {
    var zeros = WeightInitializer.zeros
    var model = make(&zeros)
    model.fillByFormula()
    return model
  }

  func check<L: Layer>(_ layer: L, _ shape: Shape) where L.Scalar == Double {
    let error = LayerGradientCheck(layer, input: Formula.uniform("input", shape, times: 2)).worstError()
    #expect(error < Self.tolerance, "\(L.self): \(error)")
  }

  @Test(arguments: Backend.compiled) func `Gradients equal central differences`(backend: Backend) {
    withBackend(backend) {
      check(Self.formula { Linear(inputs: 5, outputs: 3, using: &$0) }, [4, 5])
      check(Self.formula { Linear(inputs: 5, outputs: 2, form: .pointwise, using: &$0) }, [2, 3, 3, 5])
      check(Tanh(), [3, 4])
      check(Sigmoid(), [3, 4])
      check(MaximumPooling(PoolingWindow(size: 3, stride: 2, padding: 1)), [2, 5, 6, 3])
      check(GlobalAveragePooling(), [2, 3, 4, 5])
      for rectified in [false, true] {
        check(Self.formula { _ in BatchNormalization(channels: 6, rectified: rectified) }, [7, 6])
        check(Self.formula { _ in BatchNormalization(channels: 3, rectified: rectified) }, [2, 3, 3, 3])
        check(
          Self.formula {
            ConvolutionUnit(
              ConvolutionGeometry(inputChannels: 3, outputChannels: 4, kernel: 3, stride: 2, padding: 1),
              rectified: rectified, names: .init("conv", "bn"), using: &$0)
          }, [2, 5, 4, 3])
      }
      for (depth, stride) in [(ResNetDepth.eighteen, 1), (.eighteen, 2), (.fifty, 1), (.fifty, 2)] {
        check(
          Self.formula {
            ResidualBlock(
              depth: depth, inputChannels: 4 * depth.expansion, channels: 4, stride: stride, using: &$0)
          }, [3, 4, 4, 4 * depth.expansion])
      }
    }
  }

  @Test func `Gradients accumulate`() {
    var unit: ConvolutionUnit<Double> = Self.formula {
      ConvolutionUnit(
        ConvolutionGeometry(inputChannels: 3, outputChannels: 4, kernel: 3, padding: 1), rectified: true,
        names: .init("conv", "bn"), using: &$0)
    }
    let input: Tensor<Double> = Formula.uniform("input", [2, 4, 4, 3])
    func step() {
      let (output, trace) = unit.forward(input)
      _ = unit.backward(Formula.uniform("probe", output.shape), through: trace)
    }
    step()
    let once = unit.namedGradients
    step()
    for (first, second) in zip(once, unit.namedGradients) {
      #expect((second.tensor - first.tensor * 2).norm() <= 1e-14 * first.tensor.norm(), "\(first.name)")
    }
  }

  @Test func `A residual is added before the ReLU and receives the masked gradient`() throws {
    var normalization = BatchNormalization<Double>(channels: 2, rectified: true)
    let input: Tensor<Double> = Formula.uniform("input", [3, 1, 1, 2])
    let residual: Tensor<Double> = Formula.uniform("residual", [3, 1, 1, 2], times: 2)
    let (plain, _) = normalization.forward(input, adding: Tensor(repeating: 100, shape: input.shape))
    let (output, trace) = normalization.forward(input, adding: residual)
    for (y, (shifted, addend)) in zip(output.array, zip(plain.array, residual.array)) {
      #expect((max(shifted - 100 + addend, 0) - y).magnitude < 1e-12)
    }
    let gradients = normalization.backwardWithResidual(Tensor(repeating: 1, shape: input.shape), through: trace)
    #expect(try #require(gradients.residual).array == output.array.map { $0 > 0 ? 1 : 0 })
  }

  @Test func `Running statistics follow PyTorch's rule`() {
    var normalization = BatchNormalization<Double>(channels: 1)
    _ = normalization.forward(Tensor([1, 2, 3, 6], shape: [4, 1]))
    // mean 3, unbiased variance (4 + 1 + 0 + 9)/3
    #expect(normalization.runningMean.array[0].isApproximately(0.3, relative: 1e-15))
    #expect(normalization.runningVariance.array[0].isApproximately(0.9 + 0.1 * 14 / 3, relative: 1e-15))
    #expect(normalization.batchCount == 1)
    let inference = normalization(Tensor([1], shape: [1, 1])).scalar
    #expect(inference.isApproximately(0.7 / (0.9 + 1.4 / 3 + 1e-5).squareRoot(), relative: 1e-14))
  }

  @Test func `Inference changes nothing`() {
    let block: ResidualBlock<Double> = Self.formula {
      ResidualBlock(depth: .fifty, inputChannels: 8, channels: 4, stride: 2, using: &$0)
    }
    let input: Tensor<Double> = Formula.uniform("input", [1, 4, 4, 8])
    let before = block.namedBuffers
    let first = block(input)
    #expect(block(input) == first && input == Formula.uniform("input", [1, 4, 4, 8]))
    #expect(zip(before, block.namedBuffers).allSatisfy { $0.tensor == $1.tensor })
  }

  @Test func `The sigmoid neither overflows nor loses small values`() {
    let values = Sigmoid<Double>()(Tensor([-1000, -40, 0, 40, 1000])).array
    #expect(values[0] == 0 && values[2] == 0.5 && values[3] == 1 && values[4] == 1)
    #expect(values[1].isApproximately(4.248354255291589e-18, relative: 1e-14))
  }

  @Test func `Wrong shapes and single values are refused`() async {
    await #expect(processExitsWith: .failure) {
      var zeros = WeightInitializer.zeros
      _ = Linear<Float>(inputs: 3, outputs: 2, using: &zeros)(Tensor(zeros: [2, 4]))
    }
    await #expect(processExitsWith: .failure) {
      var normalization = BatchNormalization<Float>(channels: 2)
      _ = normalization.forward(Tensor(zeros: [1, 2]))
    }
    await #expect(processExitsWith: .failure) {
      _ = BatchNormalization<Float>(channels: 2)(Tensor(zeros: [4, 3]))
    }
  }
}
