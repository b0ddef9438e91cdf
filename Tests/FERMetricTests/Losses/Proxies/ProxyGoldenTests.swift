import FERMetric
import Testing

/// Proxy losses against pytorch-metric-learning in double precision.
@Suite struct ProxyGoldenTests {
  /// A loss, and the largest factor that it multiplies cosines by.
  private struct Entry<Scalar: TensorScalar> {
    let loss: any ProxyLoss<Scalar>
    let scale: Double
    var proxies = "c"
  }

  private func entries<Scalar: TensorScalar>(_: Scalar.Type) -> [String: Entry<Scalar>] {
    [
      "arcFace": Entry(loss: ArcFaceLoss<Scalar>(), scale: 64),
      "arcFaceWide": Entry(loss: ArcFaceLoss<Scalar>(degrees: 80, scale: 8), scale: 8),
      "cosFace": Entry(loss: CosFaceLoss<Scalar>(), scale: 64),
      "cosFaceSoft": Entry(loss: CosFaceLoss<Scalar>(margin: 0.1, scale: 4), scale: 4),
      "normalizedSoftmax": Entry(loss: NormalizedSoftmaxLoss<Scalar>(), scale: 20),
      "proxyNCA": Entry(loss: ProxyNCALoss<Scalar>(), scale: 2),
      "proxyNCASharp": Entry(loss: ProxyNCALoss<Scalar>(scale: 8), scale: 16),
      "proxyAnchor": Entry(loss: ProxyAnchorLoss<Scalar>(), scale: 32),
      "proxyAnchorSoft": Entry(loss: ProxyAnchorLoss<Scalar>(margin: 0.3, sharpness: 4), scale: 4),
      "softTriple": Entry(loss: SoftTripleLoss<Scalar>(proxiesPerClass: 3), scale: 20, proxies: "members"),
    ]
  }

  /// The mean of one over the lengths of rows.
  private func inverseLength<Scalar>(_ matrix: Tensor<Scalar>) -> Double {
    let lengths = matrix.norm(alongAxis: 1).array.map { 1 / Double($0) }
    return lengths.reduce(0, +) / Double(lengths.count)
  }

  private func compare<Scalar: TensorScalar>(
    _: Scalar.Type, _ name: String, only keys: [String]? = nil, within bound: Double
  ) throws {
    let golden = try CenterFixture("Proxies/proxies.safetensors")
    for (key, entry) in entries(Scalar.self) where keys?.contains(key) ?? true {
      var loss = entry.loss
      let batch: TensorBatch<Scalar> = try golden.batch(name, centers: entry.proxies)
      let alone = try loss.value(for: batch)
      let (value, gradients) = try loss(batch)
      #expect(alone.value == value.value)
      // The terms are cosines times the loss's scale, and their derivatives by embeddings and proxies.
      let slope = entry.scale / Double(batch.labels.count)
      try golden.expect(Tensor([value.value]), equals: "\(name).\(key)", within: bound, term: entry.scale)
      try golden.expect(
        gradients.embeddings, equals: "\(name).\(key).dx", within: bound, term: slope * inverseLength(batch.embeddings))
      try golden.expect(
        gradients.centers, equals: "\(name).\(key).dc", within: bound, term: slope * inverseLength(batch.centers!))
      var logits = loss.logits(of: batch.embeddings, proxies: batch.centers!)
      if key.hasPrefix("proxyNCA") { logits *= key == "proxyNCA" ? -1 : -1 / 8 }
      try golden.expect(logits, equals: "\(name).\(key).logits", within: bound, term: 1)
    }
  }

  @Test(arguments: CenterFixture.cases) func valuesAndGradientsInDouble(_ name: String) throws {
    try compare(Double.self, name, within: 1e-9)
  }

  @Test(arguments: CenterFixture.cases) func valuesAndGradientsInFloat(_ name: String) throws {
    try compare(Float.self, name, within: 1e-5)
  }

  @Test func anglesFromNearZeroToNearPi() throws {
    try compare(Double.self, "angles", only: ["arcFace", "cosFace"], within: 1e-6)
    try compare(Float.self, "angles", only: ["arcFace", "cosFace"], within: 1e-5)
  }
}
