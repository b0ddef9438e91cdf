import FERMetric
import Testing

@Suite struct MarginGeneratorTests {
  private func margins(_ generator: some MarginGenerator<Double>, _ batch: TensorBatch<Double>) -> [Double] {
    var result = Tensor<Double>(repeating: .nan, shape: [batch.labels.count])
    batch.withViews { views in
      var span = result.mutableSpan
      generator.margins(for: views, into: &span)
    }
    return result.array
  }

  private func gradient(_ generator: some MarginGenerator<Double>, _ batch: TensorBatch<Double>) -> [Double] {
    var gradients = TensorGradients(zerosFor: batch)
    let ofMargins: [Double] = [2, 0]
    batch.withViews { views in
      gradients.withViews { generator.accumulateGradient(ofMargins: ofMargins.span, for: views, into: &$0) }
    }
    return gradients.inclusion!.array
  }

  private let batch = TensorBatch<Double>(
    embeddings: Tensor(zeros: [2, 3]), labels: [0, 1], centers: Tensor(zeros: [2, 3]),
    inclusion: Tensor([1, 0, 0.5, 0, 0, 0.25], shape: [2, 3]), margins: [7, 8])

  @Test func adaptiveMarginIsTheSumOfWeights() {
    #expect(margins(AdaptiveMarginGenerator(), batch) == [1.5, 0.25])
    #expect(margins(AdaptiveMarginGenerator(scale: 2), batch) == [3, 0.5])
    var plain = batch
    plain.inclusion = nil
    #expect(margins(AdaptiveMarginGenerator(scale: 0.5), plain) == [1.5, 1.5])
  }

  @Test func onlyTheAttachedMarginReachesTheWeights() {
    #expect(gradient(AdaptiveMarginGenerator(scale: 2, gradient: .attached), batch) == [4, 4, 4, 0, 0, 0])
    #expect(gradient(AdaptiveMarginGenerator(scale: 2), batch) == [0, 0, 0, 0, 0, 0])
    #expect(gradient(ConstantMargin(1), batch) == [0, 0, 0, 0, 0, 0])
  }

  @Test func constantsAndGivenMargins() {
    #expect(margins(ConstantMargin(0.3), batch) == [0.3, 0.3])
    #expect(margins(ConstantMargin(perDimension: 0.5), batch) == [1.5, 1.5])
    #expect(margins(PerSampleMargin(), batch) == [7, 8])
  }

  @Test func missingMarginsTrap() async {
    await #expect(processExitsWith: .failure) {
      let batch = TensorBatch<Float>(embeddings: Tensor(zeros: [1, 1]), labels: [0], centers: Tensor(zeros: [2, 1]))
      _ = try TripletCenterLoss<Float>(margin: .perSample()).value(for: batch)
    }
  }
}
