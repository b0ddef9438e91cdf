import FERMetric
import Testing

/// A proxy loss of a user's own: the sum of 1 − cos θ of own proxies.
private struct OwnCosine: ProxyLoss {
  typealias Scalar = Double

  func evaluate(_ angles: ProxyAngles<Double>, slopes: inout MutableMatrixView<Double>) -> LossValue<Double> {
    var value = 0.0
    for i in angles.labels.indices {
      let own = angles.labels[i]
      value += 1 - angles.cosines[i, own]
      slopes[i, own] = -1
    }
    return LossValue(value: value)
  }
}

@Suite struct CustomProxyLossTests {
  @Test func gradientsComeFromSlopes() throws {
    let batch = TensorBatch<Double>.random(seed: 6)
    #expect(try gradientError(of: OwnCosine(), on: batch) < 1e-8)
    let logits = OwnCosine().logits(of: batch.embeddings, proxies: batch.centers!)
    #expect(logits.shape == [6, 4])
    #expect(logits.array.allSatisfy { $0.magnitude <= 1 + 1e-15 })
  }

  @Test func halfTheTemperatureMakesNeighbourhoodsAndSoftmaxEqual() throws {
    let batch = TensorBatch<Double>.random(seed: 7)
    let left = try ProxyNCALoss<Double>().value(for: batch).value
    let right = try NormalizedSoftmaxLoss<Double>(temperature: 0.5).value(for: batch).value
    #expect((left - right).magnitude < 1e-15)
  }

  @Test func oneProxyForEachClassMakesSoftTripleCosFace() throws {
    let batch = TensorBatch<Double>.random(seed: 8)
    let left = try SoftTripleLoss<Double>(proxiesPerClass: 1).value(for: batch).value
    let right = try CosFaceLoss<Double>(margin: 0.01, scale: 20).value(for: batch).value
    #expect((left - right).magnitude < 1e-14)
  }
}
