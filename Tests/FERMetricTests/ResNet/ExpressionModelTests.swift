import FERMetric
import FERModels
import Testing

@Suite(.serialized) struct ExpressionModelTests {
  static func configuration(
    _ attention: AttentionConfiguration?, activation: HeadActivation = .none
  ) -> ModelConfiguration {
    ModelConfiguration(
      depth: .eighteen, width: 1.0 / 16, classes: 7, finalActivation: activation, attention: attention)
  }

  static func model<Scalar: TensorScalar>(
    _ attention: AttentionConfiguration?, activation: HeadActivation = .none
  ) -> ExpressionModel<Scalar> {
    var initializer = WeightInitializer.zeros
    var model = ExpressionModel<Scalar>(configuration(attention, activation: activation), using: &initializer)
    model.fillByFormula()
    return model
  }

  static let daclOfFourPixels = AttentionConfiguration(kind: .dacl(height: 2, width: 2), bias: 0.5)

  @Test(arguments: Backend.compiled, ["compact", "dacl"]) func `A step of the whole model equals PyTorch's`(
    backend: Backend, kind: String
  ) throws {
    try withBackend(backend) {
      try check(kind, Double.self, outputs: 1e-10, gradients: 1e-8)
      try check(kind, Float.self, outputs: 1e-4, gradients: 1e-3)
    }
  }

  func check<Scalar: TensorScalar>(
    _ kind: String, _ type: Scalar.Type, outputs outputTolerance: Double, gradients gradientTolerance: Double
  ) throws {
    let fixture = try NetworkFixture()
    let name = "expression-" + kind
    var model: ExpressionModel<Scalar> = Self.model(kind == "compact" ? .compact : Self.daclOfFourPixels)
    let pictures: Tensor<Scalar> = Formula.pictures(6, 64)
    let evaluated = model(pictures)
    try fixture.expect(evaluated.logits, equals: name + ".evaluation.logits", within: outputTolerance)
    try fixture.expect(evaluated.embeddings, equals: name + ".evaluation.embeddings", within: outputTolerance)
    let (outputs, trace) = model.forward(pictures)
    try fixture.expect(outputs.logits, equals: name + ".logits", within: outputTolerance)
    try fixture.expect(outputs.embeddings, equals: name + ".embeddings", within: outputTolerance)
    try fixture.expect(#require(outputs.inclusion), equals: name + ".inclusion", within: outputTolerance)
    if kind == "compact" {
      try fixture.expect(#require(outputs.pixelMap), equals: name + ".pixelMap", within: outputTolerance)
    } else {
      #expect(outputs.pixelMap == nil)
    }
    model.backward(
      logits: crossEntropy(outputs.logits).gradient,
      embeddings: Formula.uniform("embedding gradient", outputs.embeddings.shape),
      inclusion: Formula.uniform("inclusion gradient", outputs.embeddings.shape), through: trace)
    try fixture.expect(model.namedGradients, statistics: name + ".gradients", within: gradientTolerance)
    try fixture.expect(model.namedBuffers, statistics: name + ".buffers", within: outputTolerance)
  }

  @Test func `Models with and without attention start from the same trunk and head`() {
    let plain = ExpressionModel<Float>(Self.configuration(nil), seed: 5)
    let attentive = ExpressionModel<Float>(Self.configuration(.compact), seed: 5)
    let pictures: Tensor<Float> = Formula.pictures(2, 32)
    #expect(plain(pictures).logits == attentive(pictures).logits)
    #expect(plain(pictures).inclusion == nil)
    #expect(ExpressionModel<Float>(Self.configuration(nil), seed: 6)(pictures).logits != plain(pictures).logits)
  }

  @Test func `Hard inclusion leaves the soft weights to read`() throws {
    let pictures: Tensor<Double> = Formula.pictures(4, 32)
    var hard: ExpressionModel<Double> = Self.model(AttentionConfiguration(inclusion: .hard(threshold: 0.5)))
    var soft: ExpressionModel<Double> = Self.model(.compact)
    for (hardOutputs, softOutputs) in [
      (hard(pictures), soft(pictures)), (hard.forward(pictures).outputs, soft.forward(pictures).outputs),
    ] {
      let weights = try #require(hardOutputs.softInclusion)
      #expect(weights == softOutputs.inclusion && weights == softOutputs.softInclusion)
      #expect(weights.array.contains { $0 > 0 && $0 < 1 })
      #expect(hardOutputs.inclusion == weights.map { $0 >= 0.5 ? 1 : 0 })
    }
    let plain: ExpressionModel<Double> = Self.model(nil)
    #expect(plain(pictures).softInclusion == nil)
  }

  @Test func `Clearing gradients sets all of them to zero`() {
    var model: ExpressionModel<Float> = Self.model(.compact)
    let (outputs, trace) = model.forward(Formula.pictures(4, 32))
    model.backward(logits: crossEntropy(outputs.logits).gradient, through: trace)
    #expect(model.namedGradients.contains { $0.name.hasPrefix("head.") && $0.tensor.norm() > 0 })
    #expect(model.namedGradients.allSatisfy { !$0.name.hasPrefix("attention.") || $0.tensor.norm() == 0 })
    model.clearGradients()
    #expect(model.namedGradients.allSatisfy { $0.tensor.norm() == 0 })
  }
}
