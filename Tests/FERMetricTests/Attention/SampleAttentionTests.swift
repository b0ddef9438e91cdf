import FERMetric
import FERModels
import Testing

@Suite(.serialized) struct SampleAttentionTests {
  private static let map: Shape = [3, 4, 5, 12]

  private static func attention<Scalar: TensorScalar>(
    _ configuration: SampleAttentionConfiguration
  ) -> SampleAttention<Scalar> {
    LayerTests.formula { SampleAttention(dimension: 12, configuration, using: &$0) }
  }

  private static func tokens<Scalar: TensorScalar>() -> TokenAttention<Scalar> {
    LayerTests.formula { TokenAttention(channels: 12, width: 5, using: &$0) }
  }

  @Test(arguments: Backend.compiled) func `Gradients equal central differences`(backend: Backend) {
    withBackend(backend) {
      let tokens = LayerGradientCheck(
        model: Self.tokens(), input: Formula.uniform("map", Self.map, times: 2),
        value: { attention, map in
          let values = attention.forward(map).output.values
          return (values * Formula.uniform("probe", values.shape)).sum()
        },
        backward: { attention, map in
          let (output, trace) = attention.forward(map)
          return attention.backward(Formula.uniform("probe", output.values.shape), through: trace)
        })
      #expect(tokens.worstError() < 1e-7)
      for configuration in [SampleAttentionConfiguration.scalar, .spatial] {
        let check = LayerGradientCheck(
          model: Self.attention(configuration), input: Formula.uniform("map", Self.map, times: 2),
          value: { attention, map in
            let weights = attention.forward(map: map, embeddings: GlobalAveragePooling()(map)).output.weights
            return (weights * Formula.uniform("probe", weights.shape)).sum()
          },
          backward: { attention, map in
            var pooling = GlobalAveragePooling<Double>()
            let (embeddings, shape) = pooling.forward(map)
            let (output, trace) = attention.forward(map: map, embeddings: embeddings)
            let gradient = attention.backward(Formula.uniform("probe", output.weights.shape), through: trace)
            return gradient.map ?? pooling.backward(gradient.embeddings!, through: shape)
          })
        let error = check.worstError()
        #expect(error < 1e-7, "\(configuration): \(error)")
      }
    }
  }

  @Test(arguments: Backend.compiled) func `Self-attention equals PyTorch's`(backend: Backend) throws {
    func compare<Scalar: TensorScalar>(_: Scalar.Type, _ name: String, _ shape: Shape, within bound: Double) throws {
      let fixture = try NetworkFixture(.attention)
      var attention: TokenAttention<Scalar> = Self.tokens()
      let map: Tensor<Scalar> = Formula.uniform("map", shape, times: 2)
      let (output, trace) = attention.forward(map)
      #expect(attention(map).values == output.values)
      try fixture.expect(output.values, equals: name + ".output", within: bound)
      let gradient = attention.backward(Formula.uniform("probe", output.values.shape), through: trace)
      try fixture.expect(gradient, equals: name + ".input gradient", within: bound)
      // With one token queries and keys do not matter, and a bias of the keys never does.
      for (parameter, gradient) in attention.namedGradients {
        let expected = try fixture.tensor("\(name).gradient.\(parameter)")
        let error = (gradient.converted(to: Double.self) - expected).norm()
        #expect(error <= bound * max(1, expected.norm()), "\(parameter): \(error)")
      }
    }
    try withBackend(backend) {
      try compare(Double.self, "tokens", Self.map, within: 1e-9)
      try compare(Float.self, "tokens", Self.map, within: 1e-5)
      try compare(Double.self, "one token", [2, 1, 1, 12], within: 1e-9)
    }
  }

  @Test func `What is looked at sums to 1 and can be drawn`() throws {
    let output = Self.attention(.spatial)(
      map: Formula.uniform("map", Self.map, times: 2), embeddings: Tensor<Float>(zeros: [3, 12]))
    let pixels = try #require(output.pixelMap)
    #expect(pixels.shape == [3, 4, 5])
    for n in 0..<3 { #expect(pixels[row: n].sum().isApproximately(1, relative: 1e-6)) }
    #expect(output.weights.array.allSatisfy { $0 > 0 && $0 < 1 })
    let tokens: TokenAttention<Float> = Self.tokens()
    let weights = tokens(Formula.uniform("map", Self.map)).weights
    #expect(weights.shape == [3, 20, 20])
    #expect(weights.sum(alongAxis: 2).array.allSatisfy { $0.isApproximately(1, relative: 1e-5) })
  }

  @Test func `A stopped gradient trains the attention alone`() {
    for kind in [SampleAttentionConfiguration.Kind.scalar, .spatial()] {
      var attention: SampleAttention<Double> = Self.attention(
        SampleAttentionConfiguration(kind: kind, stopsGradient: true))
      let (_, trace) = attention.forward(
        map: Formula.uniform("map", Self.map), embeddings: Formula.uniform("embeddings", [3, 12]))
      let gradient = attention.backward(Tensor(repeating: 1, shape: [3]), through: trace)
      #expect(gradient.map == nil && gradient.embeddings == nil)
      #expect(attention.namedGradients.contains { $0.tensor.norm() > 0 })
    }
  }

  private static func model<Scalar: TensorScalar>(
    _ attention: SampleAttentionConfiguration?
  ) -> ExpressionModel<Scalar> {
    var configuration = ExpressionModelTests.configuration(nil)
    configuration.sampleAttention = attention
    var model = LayerTests.formula { ExpressionModel<Scalar>(configuration, using: &$0) }
    model.fillByFormula()
    return model
  }

  @Test(arguments: Backend.compiled, ["scalar", "spatial"]) func `A step of the whole model equals PyTorch's`(
    backend: Backend, name: String
  ) throws {
    func compare<Scalar: TensorScalar>(_: Scalar.Type, outputs: Double, gradients: Double) throws {
      let fixture = try NetworkFixture(.attention)
      var model: ExpressionModel<Scalar> = Self.model(name == "scalar" ? .scalar : .spatial)
      let pictures: Tensor<Scalar> = Formula.pictures(6, 64)
      let evaluated = model(pictures)
      try fixture.expect(evaluated.logits, equals: name + ".evaluation.logits", within: outputs)
      try fixture.expect(#require(evaluated.sampleWeights), equals: name + ".evaluation.weights", within: outputs)
      let compiled = CompiledModel(model)(pictures)
      try fixture.expect(compiled.logits, equals: name + ".evaluation.logits", within: outputs)
      let (result, trace) = model.forward(pictures)
      try fixture.expect(result.logits, equals: name + ".logits", within: outputs)
      try fixture.expect(#require(result.sampleWeights), equals: name + ".weights", within: outputs)
      if name == "spatial" {
        try fixture.expect(#require(result.samplePixelMap), equals: name + ".pixels", within: outputs)
      }
      model.backward(
        logits: crossEntropy(result.logits).gradient,
        embeddings: Formula.uniform("embedding gradient", result.embeddings.shape),
        sampleWeights: Formula.uniform("weight gradient", [6]), through: trace)
      try fixture.expect(model.namedGradients, statistics: name + ".gradients", within: gradients)
    }
    try withBackend(backend) {
      try compare(Double.self, outputs: 1e-10, gradients: 1e-8)
      try compare(Float.self, outputs: 1e-4, gradients: 1e-3)
    }
  }

  @Test func `Without logit weighting the logits are the plain ones`() {
    let pictures: Tensor<Float> = Formula.pictures(3, 32)
    let plain: ExpressionModel<Float> = Self.model(nil)
    let unweighted: ExpressionModel<Float> = Self.model(SampleAttentionConfiguration(weightsLogits: false))
    let weighted: ExpressionModel<Float> = Self.model(.scalar)
    #expect(unweighted(pictures).logits == plain(pictures).logits && unweighted(pictures).sampleWeights != nil)
    #expect(weighted(pictures).logits != plain(pictures).logits)
    #expect(weighted(pictures).logits.argmax(alongAxis: 1) == plain(pictures).logits.argmax(alongAxis: 1))
    #expect(plain(pictures).sampleWeights == nil)
  }

  @Test func `Models with and without sample attention start from the same trunk and head`() {
    var configuration = ExpressionModelTests.configuration(.compact)
    let plain = ExpressionModel<Float>(configuration, seed: 5)
    configuration.sampleAttention = SampleAttentionConfiguration(kind: .spatial(), weightsLogits: false)
    let attentive = ExpressionModel<Float>(configuration, seed: 5)
    let pictures: Tensor<Float> = Formula.pictures(2, 32)
    #expect(plain(pictures).logits == attentive(pictures).logits)
    #expect(plain(pictures).inclusion == attentive(pictures).inclusion)
  }

  @Test func `A gradient by weights that do not exist is refused`() async {
    await #expect(processExitsWith: .failure) {
      var model = ExpressionModel<Float>(ExpressionModelTests.configuration(nil), seed: 1)
      let (outputs, trace) = model.forward(Tensor(zeros: [2, 32, 32, 3]))
      model.backward(logits: outputs.logits, sampleWeights: Tensor(zeros: [2]), through: trace)
    }
  }
}
