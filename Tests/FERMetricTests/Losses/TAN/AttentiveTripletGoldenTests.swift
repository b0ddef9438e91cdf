import FERMetric
import FERModels
import Testing

/// Terms and gradients against PyTorch's automatic differentiation in double precision.
@Suite(.serialized) struct AttentiveTripletGoldenTests {
  /// The largest difference, relative to the largest number expected.
  private func error<Scalar: TensorScalar>(_ measured: Tensor<Scalar>, _ expected: Tensor<Double>) -> Double {
    guard measured.shape == expected.shape else { return .infinity }
    let size = expected.array.reduce(0) { max($0, $1.magnitude) }
    return largestDifference(measured.array.map { Double($0) }, expected.array) / (size > 0 ? size : 1)
  }

  private func compare<Scalar: TensorScalar>(_: Scalar.Type, within bound: Double) throws {
    let fixture = AttentiveTripletFixture.shared
    #expect(fixture.cases.count == 31)
    for (name, settings) in fixture.cases.sorted(by: { $0.key < $1.key }) {
      var loss: AttentiveTripletLoss<Scalar> = try fixture.loss(name, settings)
      let batch: TensorBatch<Scalar> = try fixture.batch(name)
      let terms = try batch.withViews { try loss.terms(of: $0) }
      let alone = try loss.value(for: batch)
      let (value, gradients) = try loss(batch)
      #expect(alone == value, "\(name)")

      let expected: Tensor<Double> = try fixture.tensor(name + ".terms")
      let parts = Tensor([value.value, terms.base, terms.metric, terms.rank])
      #expect(error(parts, expected) <= bound, "\(name): \(parts) instead of \(expected)")
      #expect(
        [terms.baseCount, terms.metricCount, terms.highWeightCount].map { Int64($0) }
          == (try fixture.file.integers(name + ".counts")), "\(name)")
      #expect(error(gradients.embeddings!, try fixture.tensor(name + ".gradient")) <= bound, "\(name): embeddings")
      if let weights = gradients.weights {
        #expect(error(weights, try fixture.tensor(name + ".weightGradient")) <= bound, "\(name): weights")
      }
      loss.visitParameters { _, parameter in
        let gradient = parameter.gradient
        #expect(throws: Never.self) {
          let expected: Tensor<Double> = try fixture.tensor(name + ".mapGradient")
          #expect(error(gradient, expected) <= bound, "\(name): map")
        }
      }
    }
  }

  @Test(arguments: Backend.compiled) func doublePrecision(_ backend: Backend) throws {
    try withBackend(backend) { try compare(Double.self, within: 1e-9) }
  }

  @Test(arguments: Backend.compiled) func singlePrecision(_ backend: Backend) throws {
    try withBackend(backend) { try compare(Float.self, within: 1e-5) }
  }
}
