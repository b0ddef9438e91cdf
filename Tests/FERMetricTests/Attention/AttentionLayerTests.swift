import FERMetric
import FERModels
import Testing

/// The attention layers against difference quotients, and against PyTorch by Tests/Fixtures/Attention/make.py.
@Suite(.serialized) struct AttentionLayerTests {
  private static let shape: Shape = [3, 4, 5, 12]

  private func check<L: Layer>(_ layer: L, input: Tensor<Double>) where L.Scalar == Double {
    let error = LayerGradientCheck(layer, input: input).worstError()
    #expect(error < LayerTests.tolerance, "\(L.self): \(error)")
  }

  @Test(arguments: Backend.compiled) func `Gradients equal central differences`(backend: Backend) {
    withBackend(backend) {
      for shape in [Self.shape, [4, 1, 2, 12]] as [Shape] {
        let input: Tensor<Double> = Formula.uniform("input", shape, times: 2)
        check(LayerTests.formula { ChannelMixer(channels: 12, hidden: 5, using: &$0) }, input: input)
        check(LayerTests.formula { SqueezeExcitation(channels: 12, reduction: 4, using: &$0) }, input: input)
        check(LayerTests.formula { ChannelAttention(channels: 12, reduction: 4, using: &$0) }, input: input)
        check(LayerTests.formula { PixelAttention(using: &$0) }, input: input)
        check(LayerTests.formula { ConvolutionalBlockAttention(channels: 12, reduction: 4, using: &$0) }, input: input)
      }
      check(Rectification(), input: Formula.uniform("input", Self.shape))
    }
  }

  @Test(arguments: Backend.compiled) func `Layers equal PyTorch's`(backend: Backend) throws {
    try withBackend(backend) {
      try compareAll(Double.self, within: 1e-9)
      try compareAll(Float.self, within: 1e-5)
    }
  }

  private func compareAll<Scalar: TensorScalar>(_: Scalar.Type, within bound: Double) throws {
    func formula<Model: Parameterized>(_ make: (inout WeightInitializer) -> Model) -> Model {
      LayerTests.formula(make)
    }
    try compare(
      "excitation", formula { SqueezeExcitation<Scalar>(channels: 12, reduction: 4, using: &$0) }, within: bound)
    try compare("channel", formula { ChannelAttention<Scalar>(channels: 12, reduction: 4, using: &$0) }, within: bound)
    try compare("pixel", formula { PixelAttention<Scalar>(using: &$0) }, within: bound)
    try compare(
      "block", formula { ConvolutionalBlockAttention<Scalar>(channels: 12, reduction: 4, using: &$0) }, within: bound)
  }

  private func compare<L: Layer>(_ name: String, _ layer: L, within bound: Double) throws {
    let fixture = try NetworkFixture(.attention)
    var layer = layer
    let input: Tensor<L.Scalar> = Formula.uniform("map", Self.shape, times: 2)
    try fixture.expect(layer(input), equals: name + ".evaluation", within: bound)
    let (output, trace) = layer.forward(input)
    try fixture.expect(output, equals: name + ".output", within: bound)
    let gradient = layer.backward(Formula.uniform("probe", output.shape), through: trace)
    try fixture.expect(gradient, equals: name + ".input gradient", within: bound)
    for (parameter, gradient) in layer.namedGradients {
      try fixture.expect(gradient, equals: "\(name).gradient.\(parameter)", within: bound)
    }
  }

  @Test func `Gates lie between 0 and 1 and can be drawn`() {
    let attention: PixelAttention<Float> = LayerTests.formula { PixelAttention(using: &$0) }
    let gates = attention.gates(Formula.uniform("map", Self.shape, times: 2))
    #expect(gates.shape == [3, 4, 5, 1])
    #expect(gates.array.allSatisfy { $0 > 0 && $0 < 1 })
  }

  @Test func `The first of equal maxima receives the gradient`() {
    var zeros = WeightInitializer.zeros
    var attention = ChannelAttention<Double>(channels: 1, reduction: 1, using: &zeros)
    attention.visitParameters { name, parameter in
      if name.hasSuffix("weight") { parameter.value.fill(with: 1) }
    }
    let input = Tensor<Double>([1, 3, 3, 2], shape: [1, 2, 2, 1])
    let (_, trace) = attention.forward(input)
    let gradient = attention.backward(Tensor(repeating: 1, shape: [1, 2, 2, 1]), through: trace).array
    #expect(gradient[1] > gradient[2] && gradient[0] == gradient[2] && gradient[2] == gradient[3])
  }

  @Test func `An even kernel is refused`() async {
    await #expect(processExitsWith: .failure) {
      var zeros = WeightInitializer.zeros
      _ = PixelAttention<Float>(kernel: 6, using: &zeros)
    }
  }
}
