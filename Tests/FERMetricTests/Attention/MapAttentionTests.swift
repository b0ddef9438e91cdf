import FERMetric
import FERModels
import Testing

/// The attention between trunk and head, within a whole model.
@Suite(.serialized) struct MapAttentionTests {
  private static let configurations = MapAttentionConfiguration.Kind.allCases.map {
    MapAttentionConfiguration(kind: $0, reduction: 4)
  }

  private static func configuration(_ attention: MapAttentionConfiguration?) -> ModelConfiguration {
    var configuration = ExpressionModelTests.configuration(.compact)
    configuration.mapAttention = attention
    return configuration
  }

  private static func model<Scalar: TensorScalar>(
    _ attention: MapAttentionConfiguration?, calm: Bool = false
  ) -> ExpressionModel<Scalar> {
    var zeros = WeightInitializer.zeros
    var model = ExpressionModel<Scalar>(configuration(attention), using: &zeros)
    model.fillByFormula(calm: calm)
    return model
  }

  @Test(arguments: Backend.compiled, configurations) func `Gradients of the layer equal central differences`(
    backend: Backend, configuration: MapAttentionConfiguration
  ) {
    withBackend(backend) {
      let layer: MapAttention<Double> = LayerTests.formula { MapAttention(channels: 12, configuration, using: &$0) }
      let check = LayerGradientCheck(layer, input: Formula.uniform("input", [3, 4, 5, 12], times: 2))
      #expect(check.worstError() < LayerTests.tolerance)
    }
  }

  /// What the whole model is differentiated by: sums of its outputs times fixed numbers.
  private func probe(_ name: String, _ output: Tensor<Double>) -> Tensor<Double> {
    Formula.uniform(name + " probe", output.shape)
  }

  private func value(_ model: inout ExpressionModel<Double>, _ pictures: Tensor<Double>) -> Double {
    let outputs = model.forward(pictures).outputs
    return (outputs.logits * probe("logits", outputs.logits)).sum()
      + (outputs.embeddings * probe("embeddings", outputs.embeddings)).sum()
  }

  /// Every parameter along a direction of its own. Normalizations are calm, so that no ReLU turns on the way.
  @Test(arguments: Backend.compiled, configurations) func `Gradients of the whole model equal central differences`(
    backend: Backend, configuration: MapAttentionConfiguration
  ) {
    withBackend(backend) {
      let model: ExpressionModel<Double> = Self.model(configuration, calm: true)
      let pictures: Tensor<Double> = Formula.pictures(4, 64)
      var differentiated = model
      let (outputs, trace) = differentiated.forward(pictures)
      differentiated.backward(
        logits: probe("logits", outputs.logits), embeddings: probe("embeddings", outputs.embeddings), through: trace)
      let step = 1e-6
      for (name, gradient) in differentiated.namedGradients {
        let length = 1 / Double(gradient.count).squareRoot()
        let direction: Tensor<Double> = Formula.uniform(name + " direction", gradient.shape, times: length)
        let values = [step, -step].map { offset in
          var moved = model
          moved.visitParameters { candidate, parameter in
            if candidate == name { parameter.value += direction * offset }
          }
          return value(&moved, pictures)
        }
        let estimate = (values[0] - values[1]) / (2 * step)
        let error = ((gradient * direction).sum() - estimate).magnitude
        #expect(error <= 1e-5 * gradient.norm() + 1e-6, "\(configuration.kind), \(name): \(error)")
      }
      let gradients = differentiated.namedGradients.filter { $0.name.hasPrefix("mapAttention.") }
      #expect(gradients.contains { $0.tensor.norm() > 0 })
    }
  }

  @Test(arguments: Backend.compiled, configurations) func `The compiled plan equals the model`(
    backend: Backend, configuration: MapAttentionConfiguration
  ) {
    func check<Scalar: TensorScalar>(_: Scalar.Type, within tolerance: Scalar) {
      let model: ExpressionModel<Scalar> = Self.model(configuration)
      let plain: ExpressionModel<Scalar> = Self.model(nil)
      let pictures: Tensor<Scalar> = Formula.pictures(3, 64)
      let expected = withBackend(backend) { model(pictures) }
      let measured = CompiledModel(model, backend: backend)(pictures)
      #expect((measured.logits - expected.logits).norm() <= tolerance * expected.logits.norm())
      #expect((measured.embeddings - expected.embeddings).norm() <= tolerance * expected.embeddings.norm())
      let without = withBackend(backend) { plain(pictures) }
      #expect((without.embeddings - expected.embeddings).norm() > 0.01 * expected.embeddings.norm())
    }
    check(Float.self, within: 2e-5)
    check(Double.self, within: 1e-11)
  }

  @Test func `Models with and without it start from the same weights`() {
    var before = Self.configuration(nil)
    before.sampleAttention = .scalar
    let plain = ExpressionModel<Float>(before, seed: 5).namedValues
    let added: [MapAttentionConfiguration.Kind: [String]] = [
      .squeezeExcitation: ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"],
      .cbam: [
        "channel.fc1.weight", "channel.fc1.bias", "channel.fc2.weight", "channel.fc2.bias", "pixel.conv.weight",
        "pixel.bn.weight", "pixel.bn.bias",
      ],
    ]
    for configuration in Self.configurations {
      var with = before
      with.mapAttention = configuration
      let values = ExpressionModel<Float>(with, seed: 5).namedValues
      #expect(zip(plain, values).allSatisfy { $0.name == $1.name && $0.tensor == $1.tensor })
      let names = values.dropFirst(plain.count).map(\.name)
      let expected = added[configuration.kind, default: []].map { "mapAttention." + $0 }
      #expect(names == expected)
    }
  }

  @Test(arguments: configurations) func `What was saved loads again`(_ configuration: MapAttentionConfiguration) throws
  {
    var original: ExpressionModel<Float> = Self.model(configuration)
    _ = original.forward(Formula.pictures(3, 32))
    var writer = SafetensorsWriter()
    original.addWeights(to: &writer)
    let file = try SafetensorsFile(bytes: writer.bytes, path: "memory")
    var copy = ExpressionModel<Float>(original.configuration, seed: 9)
    #expect(try copy.loadWeights(from: file).isComplete)
    let pictures: Tensor<Float> = Formula.pictures(2, 32)
    #expect(copy(pictures).logits == original(pictures).logits)
    var again = SafetensorsWriter()
    copy.addWeights(to: &again)
    #expect(again.bytes == writer.bytes)
    var plain = ExpressionModel<Float>(Self.configuration(nil), seed: 9)
    let error = #expect(throws: WeightLoadError.self) { try plain.loadWeights(from: file) }
    #expect(error?.description.contains("mapAttention.") == true)
  }
}
