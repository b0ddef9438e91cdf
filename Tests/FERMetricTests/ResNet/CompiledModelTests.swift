import FERMetric
import FERModels
import Testing

@Suite(.serialized) struct CompiledModelTests {
  @Test(arguments: Backend.compiled, HeadActivation.allCases) func `The compiled plan equals the model`(
    backend: Backend, activation: HeadActivation
  ) {
    withBackend(backend) {
      func check<Scalar: TensorScalar>(_ type: Scalar.Type, within tolerance: Scalar) {
        let model: ExpressionModel<Scalar> = ExpressionModelTests.model(.compact, activation: activation)
        let plan = CompiledModel(model)
        for (batch, side) in [(3, 48), (1, 64)] {
          let pictures: Tensor<Scalar> = Formula.pictures(batch, side)
          let (expected, measured) = (model(pictures), plan(pictures))
          #expect((measured.logits - expected.logits).norm() <= tolerance * expected.logits.norm())
          #expect((measured.embeddings - expected.embeddings).norm() <= tolerance * expected.embeddings.norm())
          if activation == .sigmoid { #expect(expected.embeddings.array.allSatisfy { $0 > 0 && $0 < 1 }) }
          if activation == .relu { #expect(expected.embeddings.array.allSatisfy { $0 >= 0 }) }
        }
      }
      check(Float.self, within: 1e-5)
      check(Double.self, within: 1e-12)
    }
  }

  @Test(arguments: Backend.compiled) func `A bottleneck network's plan equals the network`(backend: Backend) {
    withBackend(backend) {
      var initializer = WeightInitializer.zeros
      var model = ExpressionModel<Float>(
        ModelConfiguration(depth: .fifty, stem: .small, width: 1.0 / 16, classes: 7), using: &initializer)
      model.fillByFormula()
      let pictures: Tensor<Float> = Formula.pictures(2, 32)
      let expected = model(pictures).logits
      #expect((CompiledModel(model)(pictures).logits - expected).norm() <= 1e-5 * expected.norm())
    }
  }

  @Test(arguments: Backend.compiled) func `A plan gives the same on every thread, outside of any scope`(
    backend: Backend
  ) async {
    let plan = CompiledModel<Float>(ExpressionModelTests.model(nil), backend: backend)
    let pictures: Tensor<Float> = Formula.pictures(2, 32)
    let expected = plan(pictures).logits
    let results = await withTaskGroup(of: Tensor<Float>.self) { group in
      for _ in 0..<4 { group.addTask { plan(pictures).logits } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.count == 4)
    for result in results { #expect((result - expected).norm() <= 1e-6 * expected.norm()) }
  }
}
