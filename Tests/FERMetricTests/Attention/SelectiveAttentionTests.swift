import FERMetric
import FERModels
import Testing

@Suite(.serialized) struct SelectiveAttentionTests {
  static let map: Shape = [5, 2, 3, 12]

  static func attention(_ configuration: AttentionConfiguration) -> SelectiveAttention<Double> {
    LayerTests.formula { SelectiveAttention(dimension: 12, configuration, using: &$0) }
  }

  @Test(arguments: Backend.compiled) func `Gradients equal central differences`(backend: Backend) {
    withBackend(backend) {
      for kind in [AttentionConfiguration.Kind.compact, .dacl(height: 2, width: 3)] {
        let check = LayerGradientCheck(
          model: Self.attention(AttentionConfiguration(kind: kind, bias: 0.7)),
          input: Formula.uniform("map", Self.map, times: 2),
          value: { attention, map in
            let inclusion = attention.forward(map).output.inclusion
            return (inclusion * Formula.uniform("probe", inclusion.shape)).sum()
          },
          backward: { attention, map in
            let (output, trace) = attention.forward(map)
            return attention.backward(Formula.uniform("probe", output.inclusion.shape), through: trace)
          })
        let error = check.worstError()
        #expect(error < 1e-7, "\(kind): \(error)")
      }
    }
  }

  @Test func `Hard inclusion rounds and passes the gradient straight through`() {
    let map: Tensor<Double> = Formula.uniform("map", Self.map, times: 2)
    var soft = Self.attention(.compact)
    var hard = Self.attention(AttentionConfiguration(inclusion: .hard(threshold: 0.4)))
    let (softOutput, softTrace) = soft.forward(map)
    let (hardOutput, hardTrace) = hard.forward(map)
    #expect(hardOutput.softInclusion == softOutput.inclusion)
    #expect(hardOutput.inclusion == softOutput.inclusion.map { $0 >= 0.4 ? 1 : 0 })
    #expect(Set(hardOutput.inclusion.array) == [0, 1])
    let probe: Tensor<Double> = Formula.uniform("probe", softOutput.inclusion.shape)
    let (softGradient, hardGradient) = (
      soft.backward(probe, through: softTrace), hard.backward(probe, through: hardTrace)
    )
    #expect(softGradient == hardGradient && softGradient != nil)
    #expect(zip(soft.namedGradients, hard.namedGradients).allSatisfy { $0.tensor == $1.tensor })
  }

  @Test func `A bias of 2 starts the weights near 0.88, none near 0.5`() {
    var initializer = WeightInitializer(seed: 2)
    let map: Tensor<Float> = Formula.uniform("map", [8, 3, 3, 64])
    for (bias, expected) in [(0.0, 0.5), (2, 0.88)] {
      var attention = SelectiveAttention<Float>(
        dimension: 64, AttentionConfiguration(bias: bias), using: &initializer)
      let output = attention.forward(map).output
      #expect((Double(output.inclusion.mean()) - expected).magnitude < 0.02)
      #expect(output.pixelMap?.shape == [8, 3, 3])
    }
  }

  @Test func `Stopping the gradient returns none but trains the attention`() {
    var attention = Self.attention(AttentionConfiguration(stopsGradient: true))
    let (output, trace) = attention.forward(Formula.uniform("map", Self.map))
    #expect(attention.backward(Formula.uniform("probe", output.inclusion.shape), through: trace) == nil)
    #expect(attention.namedGradients.contains { $0.tensor.norm() > 0 })
  }

  @Test func `The aim of hardness turns the gradient round and keeps it from the map`() {
    var agreeing = Self.attention(AttentionConfiguration())
    var hard = Self.attention(AttentionConfiguration(aim: .hardness))
    let (output, trace) = agreeing.forward(Formula.uniform("map", Self.map))
    let (hardOutput, hardTrace) = hard.forward(Formula.uniform("map", Self.map))
    #expect(output.inclusion == hardOutput.inclusion)
    let probe: Tensor<Double> = Formula.uniform("probe", output.inclusion.shape)
    #expect(agreeing.backward(probe, through: trace) != nil)
    #expect(hard.backward(probe, through: hardTrace) == nil)
    let (lowering, raising) = (agreeing.namedGradients, hard.namedGradients)
    #expect(lowering.contains { $0.tensor.norm() > 0 })
    #expect(zip(lowering, raising).allSatisfy { $0.tensor == $1.tensor * -1 })
  }

  @Test func `Training and inference agree on pairs of logits`() throws {
    // (z⁰, z¹) = (0, ln 3) gives a = 0.75 and ∂z¹ = a(1 − a)·∂a = 0.1875·∂a, with the bias as part of z¹.
    var zeros = WeightInitializer.zeros
    var gate = ElementGate<Double>(
      inputs: 2, hidden: [2], dimension: 1, bias: Double.logarithm(3), using: &zeros)
    let input: Tensor<Double> = Formula.uniform("input", [4, 2])
    let (weights, trace) = gate.forward(input)
    #expect(weights.array.allSatisfy { $0.isApproximately(0.75, relative: 1e-15) })
    #expect(gate(input).array.allSatisfy { $0.isApproximately(0.75, relative: 1e-15) })
    _ = gate.backward(Tensor(repeating: 1, shape: [4, 1]), through: trace)
    let bias = gate.layers[1].bias.gradient.array
    #expect(bias[1].isApproximately(4 * 0.1875, relative: 1e-14) && bias[0] == -bias[1])
  }

  @Test func `Parameters are as many as published`() {
    var zeros = WeightInitializer.zeros
    #expect(SelectiveAttention<Float>(dimension: 512, using: &zeros).parameterCount == 173_890)
    #if !DEBUG
      #expect(SelectiveAttention<Float>(dimension: 512, .dacl, using: &zeros).parameterCount == 91_862_208)
    #endif
  }

  @Test func `A map of another size is refused by the form of DACL`() async {
    await #expect(processExitsWith: .failure) {
      _ = SelectiveAttentionTests.attention(AttentionConfiguration(kind: .dacl(height: 2, width: 2)))(
        Tensor(zeros: SelectiveAttentionTests.map))
    }
  }
}
