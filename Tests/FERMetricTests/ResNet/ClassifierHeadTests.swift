import FERMetric
import FERModels
import Testing

@Suite(.serialized) struct ClassifierHeadTests {
  static let features: Shape = [5, 2, 3, 8]

  static func head(_ activation: HeadActivation) -> ClassifierHead<Double> {
    LayerTests.formula {
      ClassifierHead(
        channels: 8, classes: 4, hidden: 6, embeddingDim: 5, finalActivation: activation, using: &$0)
    }
  }

  /// The three outputs under fixed probes, each with a gradient of its own.
  @Test(arguments: Backend.compiled, HeadActivation.allCases) func `Gradients equal central differences`(
    backend: Backend, activation: HeadActivation
  ) {
    withBackend(backend) {
      func probe(_ name: String, _ shape: Shape) -> Tensor<Double> { Formula.uniform(name + " probe", shape) }
      let check = LayerGradientCheck(
        model: Self.head(activation), input: Formula.uniform("features", Self.features, times: 2),
        value: { head, features in
          let output = head.forward(features).output
          return (output.logits * probe("logits", output.logits.shape)).sum()
            + (output.embeddings * probe("embeddings", output.embeddings.shape)).sum()
            + (output.map * probe("map", output.map.shape)).sum()
        },
        backward: { head, features in
          let (output, trace) = head.forward(features)
          return head.backward(
            logits: probe("logits", output.logits.shape),
            embeddings: probe("embeddings", output.embeddings.shape), map: probe("map", output.map.shape),
            through: trace)
        })
      let error = check.worstError()
      #expect(error < LayerTests.tolerance, "\(activation): \(error)")
    }
  }

  @Test func `A gradient that is left out counts as zero`() {
    let features: Tensor<Double> = Formula.uniform("features", Self.features)
    var (absent, zero) = (Self.head(.none), Self.head(.none))
    let (output, trace) = absent.forward(features)
    let (_, zeroTrace) = zero.forward(features)
    let logits: Tensor<Double> = Formula.uniform("logits probe", output.logits.shape)
    let byFeatures = absent.backward(logits: logits, through: trace)
    #expect(
      byFeatures
        == zero.backward(
          logits: logits, embeddings: Tensor(zeros: output.embeddings.shape), map: Tensor(zeros: output.map.shape),
          through: zeroTrace))
    #expect(byFeatures.norm() > 0)
    #expect(zip(absent.namedGradients, zero.namedGradients).allSatisfy { $0.tensor == $1.tensor })
  }

  @Test func `Embeddings are means of the map, and the logits a linear function of them`() {
    for activation in HeadActivation.allCases {
      let head = Self.head(activation)
      let output = head(Formula.uniform("features", Self.features, times: 2))
      #expect(output.map.shape == [5, 2, 3, 5] && output.logits.shape == [5, 4])
      #expect(output.embeddings == GlobalAveragePooling()(output.map))
      #expect(output.logits == head.classifier(output.embeddings))
      let lowest = output.map.array.min() ?? 0
      #expect(activation == .none ? lowest < 0 : lowest >= 0, "\(activation): \(lowest)")
    }
  }
}
