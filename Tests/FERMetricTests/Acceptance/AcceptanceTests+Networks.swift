import FERMetric
import Testing

@testable import FERModels

/// The paragraphs of the specification's acceptance list that speak of heads, gradients and parameters.
extension AcceptanceTests {
  func heads<S>(_ run: AcceptanceRun<S>) throws {
    let weights = PairSoftmax.second(Tensor([0, run.ln3]))
    run.expect(weights.array, [0.75])
    run.expect(PairSoftmax.backward(Tensor([2]), second: weights).array, [-0.375, 0.375])

    // The whole attention with last biases (0, ln 3) and no other weights: hard inclusion rounds, the gradient stays.
    var biasGradients: [[S]] = []
    for inclusion in [AttentionConfiguration.Inclusion.soft, .hard(threshold: 0.5)] {
      var initializer = WeightInitializer.zeros
      var attention = SelectiveAttention<S>(
        dimension: 16, AttentionConfiguration(inclusion: inclusion), using: &initializer)
      attention.visitParameters { name, parameter in
        guard name == "element.fc3.bias" else { return }
        parameter.value = Tensor((0..<32).map { $0 % 2 == 1 ? run.ln3 : 0 })
      }
      let (output, trace) = attention.forward(Tensor(repeating: 0.5, shape: [2, 3, 3, 16]))
      let expected = inclusion == .soft ? 0.75 : 1
      run.expect(output.inclusion.array, Array(repeating: expected, count: 32))
      _ = attention.backward(Tensor(repeating: 1, shape: [2, 16]), through: trace)
      attention.visitParameters { name, parameter in
        if name == "element.fc3.bias" { biasGradients.append(parameter.gradient.array) }
      }
    }
    run.expect(biasGradients[0], (0..<32).map { $0 % 2 == 1 ? 0.375 : -0.375 })
    #expect(biasGradients[0] == biasGradients[1])
  }

  func parameterCounts<S>(_ run: AcceptanceRun<S>) throws {
    var zeros = WeightInitializer.zeros
    let head = ClassifierHead<S>(channels: 2048, classes: 7, using: &zeros)
    #expect(head.parameterCount == 2_628_103)
    #expect(SelectiveAttention<S>(dimension: 512, using: &zeros).parameterCount == 173_890)
    if run.form == .tensors && Backend.current.name == "reference" {
      #expect(SelectiveAttention<S>(dimension: 512, .dacl, using: &zeros).parameterCount == 91_862_208)
    }
  }

  /// B 6, C 4, D 5: embeddings, centers, weights through z⁰ and z¹, margins.
  func finiteDifferences() throws {
    for margin in 0..<5 {
      let combination = LossCombination(row: [0, margin, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0])
      #expect(combination.options == TripletCenterOptions())
      let result = try LossDifferenceCheck(combination, seed: 1000).run()
      #expect(result.largestError < 1e-7, "\(combination)")
      #expect(result.activeSamples > 0, "no gradient to check: \(combination)")
    }
  }
}
