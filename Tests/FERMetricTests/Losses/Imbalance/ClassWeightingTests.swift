import FERMetric
import Testing

@Suite struct ClassWeightingTests {
  private struct NoSettings: Decodable {}

  @Test func equalsScikitLearnAndTheFormula() throws {
    let golden = try GoldenCases<NoSettings>("Imbalance/imbalance.safetensors")
    let counts = try golden.integers("counts")
    var cases: [(String, ClassWeighting)] = [
      ("balanced", .inverseFrequency()), ("root", .inverseFrequency(power: 0.5)),
    ]
    cases += [0.0, 0.9, 0.99, 0.999, 0.9999, 0.999999].map { ("\($0)", .effectiveNumber(beta: $0)) }
    for (name, weighting) in cases {
      try golden.expect(
        weighting.weights(counts: counts, as: Double.self), equals: "classWeights.\(name)", within: 1e-14)
      try golden.expect(weighting.weights(counts: counts, as: Float.self), equals: "classWeights.\(name)", within: 1e-7)
    }
  }

  @Test func absentClassesWeighNothing() {
    let weights: [Double] = ClassWeighting.inverseFrequency().weights(counts: [0, 30, 10, 0])
    #expect(weights[0] == 0 && weights[3] == 0)
    #expect((weights[1] - 2.0 / 3).magnitude < 1e-15 && (weights[2] - 2).magnitude < 1e-15)
    let effective: [Double] = ClassWeighting.effectiveNumber(beta: 0.99).weights(counts: [0, 30, 10])
    #expect(effective[0] == 0 && (effective[1] + effective[2] - 2).magnitude < 1e-15)
  }

  @Test func limitsOfTheEffectiveNumber() {
    let counts = [5, 50, 500]
    let even: [Double] = ClassWeighting.effectiveNumber(beta: 0).weights(counts: counts)
    #expect(even == [1, 1, 1])
    let near: [Double] = ClassWeighting.effectiveNumber(beta: 1 - 1e-12).weights(counts: counts)
    let inverse: [Double] = ClassWeighting.inverseFrequency().weights(counts: counts)
    for k in 0..<3 { #expect((near[k] / near[0] - inverse[k] / inverse[0]).magnitude < 1e-8) }
  }

  @Test func impossibleRulesTrap() async {
    #expect(ClassWeighting.effectiveNumber(beta: 1).objection != nil)
    #expect(ClassWeighting.inverseFrequency(power: .nan).objection != nil)
    await #expect(processExitsWith: .failure) {
      _ = ClassWeighting.effectiveNumber(beta: 1).weights(counts: [1], as: Float.self)
    }
    await #expect(processExitsWith: .failure) {
      _ = ClassWeighting.inverseFrequency().weights(counts: [0, 0], as: Float.self)
    }
  }
}
