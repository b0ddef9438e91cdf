import FERMetric
import Testing

/// Views, tensors and plain arrays give the same numbers; gradients are added; a value changes nothing.
@Suite struct CallFormTests {
  private let x: [Float] = [0.5, -1, 2, 0.1, 0, -0.7]
  private let centers: [Float] = [0, 0, 1, -1, 0.4, 2]
  private let weights: [Float] = [0.2, 0.9, 0.5, 1, 0, 0.3]
  private let labels: [UInt8] = [0, 2, 1]
  private let predictions: [UInt8] = [1, 2, 0]

  private var batch: TensorBatch<Float> {
    TensorBatch(
      embeddings: Tensor(x, shape: [3, 2]), labels: labels, centers: Tensor(centers, shape: [3, 2]),
      inclusion: Tensor(weights, shape: [3, 2]), predictions: predictions.map { Int($0) })
  }

  @Test func arraysEqualTensors() throws {
    var loss = TripletCenterLoss<Float>.amtc3l(sampler: .mixed())
    let (value, gradients) = try loss(batch, weight: 0.5)
    var (dx, dc, da) = (
      [Float](repeating: 1, count: 6), [Float](repeating: 2, count: 6), [Float](repeating: 3, count: 6)
    )
    let other = try loss(
      embeddings: x, labels: labels, centers: centers, dimension: 2, inclusion: weights, predictions: predictions,
      weight: 0.5, embeddingGradients: &dx, centerGradients: &dc, inclusionGradients: &da)
    #expect(other == value)
    for (added, gradient) in [(dx.map { $0 - 1 }, gradients.embeddings!), (dc.map { $0 - 2 }, gradients.centers!)] {
      for (a, g) in zip(added, gradient.array) { #expect((a - g).magnitude < 1e-6) }
    }
    for (a, g) in zip(da, gradients.inclusion!.array) { #expect((a - 3 - g).magnitude < 1e-6) }

    var again = [Float](repeating: 0, count: 6)
    var centersAgain = again
    _ = try loss(
      embeddings: x, labels: labels, centers: centers, dimension: 2, inclusion: weights, predictions: predictions,
      weight: 0.5, embeddingGradients: &again, centerGradients: &centersAgain)
    #expect(again == gradients.embeddings!.array && centersAgain == gradients.centers!.array)
  }

  @Test func partsOfTheGradientDoNotDependOnEachOther() throws {
    var loss = TripletCenterLoss<Float>.amtc3l()
    let all = try loss(batch).gradients
    for part in 0..<4 {
      var some = TensorGradients(zerosFor: batch)
      if part != 0 { some.embeddings = nil }
      if part != 1 { some.centers = nil }
      if part != 2 { some.inclusion = nil }
      if part != 3 { some.margins = nil }
      _ = try loss(batch, accumulatingInto: &some)
      #expect(some.embeddings == (part == 0 ? all.embeddings : nil))
      #expect(some.centers == (part == 1 ? all.centers : nil))
      #expect(some.inclusion == (part == 2 ? all.inclusion : nil))
      #expect(some.margins == (part == 3 ? all.margins : nil))
    }
  }

  @Test func valueChangesNothing() throws {
    var loss = TripletCenterLoss<Float>.amtc3l(sampler: .networkSemantic(fallback: .random(seed: 5)))
    let before = try loss.value(for: batch)
    #expect(try loss.value(for: batch) == before)
    #expect((loss.sampler as? NetworkSemanticSampler<Float>)?.record.count == 0)
    #expect(try loss(batch).value == before)
    #expect((loss.sampler as? NetworkSemanticSampler<Float>)?.record.sum() == 2)
  }

  @Test func excludedSamplesTakeNoPart() throws {
    var loss = TripletCenterLoss<Float>.amtc3l()
    var part = batch
    part.included = [true, false, true]
    part.labels[1] = 99
    let (value, gradients) = try loss(part)
    #expect(value.validCount == 2)
    #expect(gradients.embeddings![row: 1].array == [0, 0])
    #expect(gradients.margins!.array == [0.5, 0, 0.5])
  }

  @Test func emptyBatchIsWorthNothing() throws {
    var loss = TripletCenterLoss<Float>.amtc3l()
    let empty = TensorBatch<Float>(
      embeddings: Tensor(zeros: [0, 2]), labels: [Int](), centers: Tensor(centers, shape: [3, 2]))
    let (value, gradients) = try loss(empty)
    #expect(value == LossValue())
    #expect(gradients.centers!.array.allSatisfy { $0 == 0 })
  }

  @Test func paperIsMixedSamplingWithTheLosslessMargin() throws {
    let paper = TripletCenterLoss<Float>.paper
    #expect(paper.options == TripletCenterOptions())
    #expect(paper.sampler is MixedSampler<Float>)
    #expect((paper.margin as? AdaptiveMarginGenerator<Float>) == AdaptiveMarginGenerator(scale: 1, gradient: .detached))
    #expect(JointObjective<Float>.paper.lambda == 0.01)
  }
}
