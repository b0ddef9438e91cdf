import FERMetric
import Foundation
import Testing

@Suite struct TripletCenterOptionsTests {
  private func objection(_ change: (inout TripletCenterOptions) -> Void) -> String? {
    var options = TripletCenterOptions()
    change(&options)
    return options.objection
  }

  @Test func meaninglessCombinationsAreRefusedByASentence() {
    #expect(objection { _ in } == nil)
    let refused = [
      objection { $0.positiveWeight = 0 },
      objection { $0.positiveWeight = .nan },
      objection { $0.squashScale = 0 },
      objection { $0.squashScale = .infinity },
      objection {
        $0.squash = .none
        $0.squashScale = 2
      },
      objection {
        $0.squash = .distance
        $0.attentionMode = .vectorsAfter
      },
      objection {
        $0.squash = .distanceZeroed
        $0.attentionMode = .vectorsAfter
      },
      objection {
        $0.power = .root
        $0.dimensionReduction = .mean
      },
      objection {
        $0.form = .log
        $0.squash = .none
      },
      objection {
        $0.form = .log
        $0.power = .root
      },
      objection {
        $0.form = .log
        $0.attentionOn = .positive
      },
      objection {
        $0.form = .log
        $0.attentionMode = .vectorsBefore
      },
      objection {
        $0.form = .log
        $0.dimensionReduction = .mean
      },
      objection {
        $0.form = .log
        $0.positiveWeight = 2
      },
    ]
    // Both squashes on distances share a reason.
    #expect(Set(refused.compactMap { $0 }).count == 13, "each reason has a sentence of its own")
    #expect(!refused.contains(nil))
    #expect(objection { $0.form = .log } == nil)
  }

  @Test func theLogFormRefusesMarginsThatDoNotBoundDistances() async {
    var options = TripletCenterOptions()
    func isRefused(_ margin: some MarginGenerator<Float>) -> Bool {
      options.objection(toMarginsBoundedBy: margin.lowerBound(dimension: 5)) != nil
    }
    #expect(!isRefused(.adaptive(scale: 0.1)))
    options.form = .log
    #expect(isRefused(.adaptive(scale: 0.1)) && isRefused(.constant(0.2)) && isRefused(.constant(4.9)))
    #expect(isRefused(ConstantMargin(perDimension: 0.9)))
    #expect(!isRefused(.adaptive()) && !isRefused(.adaptive(scale: 2)) && !isRefused(.constant(5)))
    #expect(!isRefused(ConstantMargin(perDimension: 1)) && !isRefused(.perSample()))
    await #expect(processExitsWith: .failure) {
      let batch = TensorBatch<Float>(
        embeddings: Tensor(zeros: [1, 3]), labels: [0], centers: Tensor(zeros: [2, 3]))
      _ = try TripletCenterLoss<Float>(margin: .constant(2), form: .log).value(for: batch)
    }
  }

  @Test func bothInitializersHaveTheSameDefaults() {
    #expect(TripletCenterLoss<Float>().options == TripletCenterOptions())
  }

  @Test func refusedOptionsTrap() async {
    await #expect(processExitsWith: .failure) { _ = TripletCenterLoss<Float>(squash: .none, form: .log) }
  }

  @Test func optionsSurviveCoding() throws {
    var options = TripletCenterOptions()
    options.squash = .distanceZeroed
    options.form = .softplus
    options.positiveWeight = 1.5
    options.squashScale = 4
    options.nonFinite = .lenient
    let copy = try JSONDecoder().decode(TripletCenterOptions.self, from: JSONEncoder().encode(options))
    #expect(copy == options)
  }

  @Test func wrongSizesTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = try TripletCenterLoss<Float>().value(
        for: TensorBatch(embeddings: Tensor(zeros: [2, 3]), labels: [0], centers: Tensor(zeros: [2, 3])))
    }
    await #expect(processExitsWith: .failure) {
      _ = try TripletCenterLoss<Float>().value(
        for: TensorBatch(embeddings: Tensor(zeros: [1, 3]), labels: [0], centers: Tensor(zeros: [2, 4])))
    }
    await #expect(processExitsWith: .failure) {
      _ = try TripletCenterLoss<Float>().value(for: TensorBatch(embeddings: Tensor(zeros: [1, 3]), labels: [0]))
    }
    await #expect(processExitsWith: .failure) {
      var loss = TripletCenterLoss<Float>()
      var gradients = TensorGradients<Float>(embeddings: Tensor(zeros: [1, 2]))
      let batch = TensorBatch<Float>(
        embeddings: Tensor(zeros: [1, 3]), labels: [0], centers: Tensor(zeros: [2, 3]))
      _ = try loss(batch, accumulatingInto: &gradients)
    }
  }
}
