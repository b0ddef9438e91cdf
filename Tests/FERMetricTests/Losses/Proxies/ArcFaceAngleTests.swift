import FERMetric
import Foundation
import Testing

/// ArcFace where the arc cosine has no derivative, and beyond π − m.
@Suite struct ArcFaceAngleTests {
  /// One sample at an angle to its own proxy (1, 0); the other proxy is (0, 1)'s opposite direction, scaled.
  private func batch<Scalar: TensorScalar>(angle: Double) -> TensorBatch<Scalar> {
    TensorBatch(
      embeddings: Tensor([Scalar(3 * cos(angle)), Scalar(3 * sin(angle))], shape: [1, 2]), labels: [0],
      centers: Tensor([2, 0, 0, -0.5], shape: [2, 2]))
  }

  /// The loss by its definition, in double precision.
  private func expected(_ angle: Double, _ margin: Double) -> Double {
    let own = angle <= .pi - margin ? cos(angle + margin) : cos(angle) - margin * sin(margin)
    let other = -sin(angle)
    return log1p(exp(4 * (other - own)))
  }

  private func check<Scalar: TensorScalar>(_: Scalar.Type, within bound: Double) throws {
    let margin = 28.6 * Double.pi / 180
    let loss = ArcFaceLoss<Scalar>(scale: 4)
    for angle in [
      0, 1e-7, 1e-5, 1e-3, 0.1, 1.5, .pi - margin - 1e-3, .pi - margin + 1e-3, .pi - 1e-3, .pi - 1e-6, .pi - 1e-8, .pi,
    ] {
      let value = try loss.value(for: batch(angle: angle)).value
      #expect((Double(value) - expected(angle, margin)).magnitude <= bound, "angle \(angle)")
    }
  }

  @Test func valuesAtAllAnglesInDouble() throws { try check(Double.self, within: 1e-13) }
  @Test func valuesAtAllAnglesInFloat() throws { try check(Float.self, within: 1e-6) }

  @Test func slopeBeyondTheMarginIsThatOfTheCosine() throws {
    // Beyond π − m the loss differs from that without margin by a constant in the own logit.
    var loss = ArcFaceLoss<Double>(scale: 4)
    let margin = 28.6 * Double.pi / 180
    for angle in [Double.pi - 0.3, .pi - 1e-3, .pi - 1e-6] {
      let share = 1 / (1 + exp(4 * (cos(angle) - margin * sin(margin) + sin(angle))))
      let gradient = try loss(batch(angle: angle)).gradients.embeddings!
      // ∂L/∂θ = 4·share·(sin θ − cos θ), along (−sin θ, cos θ)/3.
      let slope = 4 * share * (sin(angle) - cos(angle)) / 3
      #expect(largestDifference(gradient.array, [-sin(angle) * slope, cos(angle) * slope]) < 1e-6 * slope.magnitude)
    }
  }

  @Test func ownAndOppositeDirectionHaveFiniteGradients() throws {
    func check<Scalar: TensorScalar>(_: Scalar.Type) throws {
      for sign in [Scalar(1), -1] {
        let proxies = Tensor<Scalar>([0.3, -0.7, 1.1, 2, 0.4, -0.9], shape: [2, 3])
        var loss = ArcFaceLoss<Scalar>()
        let (value, gradients) = try loss(
          TensorBatch(
            embeddings: Tensor([sign * 0.3, sign * -0.7, sign * 1.1], shape: [1, 3]), labels: [0], centers: proxies))
        #expect(value.value.isFinite)
        #expect(gradients.embeddings!.array.allSatisfy { $0.isFinite && $0.magnitude < 200 })
        #expect(gradients.centers!.array.allSatisfy { $0.isFinite && $0.magnitude < 200 })
      }
    }
    try check(Double.self)
    try check(Float.self)
  }
}
