import FERMetric
import Testing

/// The center family against PyTorch's automatic differentiation in double precision.
@Suite struct CenterGoldenTests {
  private func losses<Scalar: TensorScalar>(_: Scalar.Type) -> [String: any MetricLoss<Scalar>] {
    [
      "wen": CenterLoss<Scalar>(.wen), "wenSum": CenterLoss<Scalar>(.wenSum), "dacl": CenterLoss<Scalar>.sparse,
      "kaiyangZhou": CenterLoss<Scalar>(.kaiyangZhou), "quaterion": CenterLoss<Scalar>(.quaterion),
      "dan": CenterLoss<Scalar>(.dan), "he": TripletCenterLoss<Scalar>.publishedTripletCenter(),
      "heCode": TripletCenterLoss<Scalar>.tripletCenter(), "zhou": TripletCenterLoss<Scalar>.fixedMargin(),
      "lei": TripletCenterLoss<Scalar>.allCenters(),
    ]
  }

  private func compare<Scalar: TensorScalar>(_: Scalar.Type, _ name: String, within bound: Double) throws {
    let golden = try CenterFixture("Centers/centers.safetensors")
    for (key, loss) in losses(Scalar.self) {
      var loss = loss
      let batch: TensorBatch<Scalar> = try golden.batch(name, weighted: key == "dacl")
      let alone = try loss.value(for: batch)
      let (value, gradients) = try loss(batch)
      #expect(alone.value == value.value)
      #expect(value.validCount == batch.labels.count)
      // A hinge is a difference of distances: its terms are those.
      let isHinge = ["he", "heCode", "zhou", "lei"].contains(key)
      let term = isHinge ? Double(max(value.meanPositiveDistance, value.meanNegativeDistance)) : 0
      try golden.expect(Tensor([value.value]), equals: "\(name).\(key)", within: bound, term: term)
      // So does the gradient of a direction, which is a difference that vanishes in one dimension.
      let share = 1 / Double(batch.labels.count)
      let slope = key == "quaterion" ? share : isHinge ? share * golden.largest("\(name).x") : 0
      try golden.expect(gradients.embeddings, equals: "\(name).\(key).dx", within: bound, term: slope)
      try golden.expect(gradients.centers, equals: "\(name).\(key).dc", within: bound, term: slope)
      if key == "dacl" { try golden.expect(gradients.inclusion, equals: "\(name).\(key).da", within: bound) }
    }
  }

  @Test(arguments: CenterFixture.cases) func valuesAndGradientsInDouble(_ name: String) throws {
    try compare(Double.self, name, within: 1e-9)
  }

  @Test(arguments: CenterFixture.cases) func valuesAndGradientsInFloat(_ name: String) throws {
    try compare(Float.self, name, within: 1e-5)
  }
}

extension CenterFixture {
  /// The largest magnitude in a tensor.
  func largest(_ name: String) -> Double {
    let elements = try? tensor(name, as: Double.self).array
    return elements?.reduce(0) { max($0, $1.magnitude) } ?? 0
  }
}
