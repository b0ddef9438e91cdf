import FERMetric
import Foundation
import Testing

/// The document that Fixtures/Losses/make.py writes.
private struct GoldenLosses: Decodable {
  struct Loss: Decodable { let value: Double, samples, embeddings, centers, inclusion: [Double] }
  struct Entropy: Decodable { let value: Double, logits: [Double] }

  let shape: [Int]
  let embeddings, centers, inclusion: [Double]
  let labels, predictions: [Int]
  let history: [Double]
  let losses: [String: Loss]
  let logits, targets, classWeights: [Double]
  let crossEntropies: [String: Entropy]

  static let shared: GoldenLosses = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = folder.appending(path: "Fixtures/Losses/losses.json")
    do {
      return try JSONDecoder().decode(GoldenLosses.self, from: Data(contentsOf: file))
    } catch {
      preconditionFailure("\(file.path): \(error)")
    }
  }()

  func batch<Scalar: TensorScalar>(weighted: Bool) -> TensorBatch<Scalar> {
    func matrix(_ values: [Double], _ rows: Int, _ columns: Int) -> Tensor<Scalar> {
      Tensor(values.map { Scalar($0) }, shape: [rows, columns])
    }
    return TensorBatch(
      embeddings: matrix(embeddings, shape[0], shape[2]), labels: labels, centers: matrix(centers, shape[1], shape[2]),
      inclusion: weighted ? matrix(inclusion, shape[0], shape[2]) : nil, predictions: predictions)
  }
}

/// Values and gradients against PyTorch's automatic differentiation in double precision.
@Suite struct GoldenLossTests {
  private func losses<Scalar: TensorScalar>(_: Scalar.Type) -> [String: TripletCenterLoss<Scalar>] {
    var semantic = NetworkSemanticSampler<Scalar>()
    let golden = GoldenLosses.shared
    semantic.visitState { name, state in
      if name == "record" { state = .tensor(Tensor(golden.history.map { Scalar($0) }, shape: [7, 7])) }
    }
    return [
      "amtc3l.mathSynth": .amtc3l(), "amtc3l.networkSemantic": .amtc3l(sampler: semantic),
      "amtc3l.mixed": .amtc3l(sampler: .mixed()), "amtc3l.nearestCenter": .amtc3l(sampler: .nearestCenter()),
      "amtc3l.allCenters": .amtc3l(sampler: .allCenters()), "amtc3l.attached": .amtc3l(gradient: .attached),
      "amtc3l.positiveWeight2": TripletCenterLoss(margin: .adaptive(scale: 0.1), positiveWeight: 2),
      "tc3l.lossless": .tc3l(), "tc3l.tenth": .tc3l(sampler: .nearestCenter(), margin: ConstantMargin(0.1)),
      "softplus": TripletCenterLoss(sampler: .mixed(), margin: .adaptive(scale: 0.1), form: .softplus),
      "log": TripletCenterLoss(form: .log),
    ]
  }

  private func compare<Scalar: TensorScalar>(_: Scalar.Type, within bound: Double) throws {
    let golden = GoldenLosses.shared
    let losses = losses(Scalar.self)
    #expect(Set(losses.keys) == Set(golden.losses.keys))
    for (name, expected) in golden.losses {
      var loss = try #require(losses[name])
      loss.reportsSamples = true
      let isWeighted = !name.hasPrefix("tc3l")
      let (value, gradients) = try loss(golden.batch(weighted: isWeighted) as TensorBatch<Scalar>)
      func difference(_ actual: [Scalar], _ expected: [Double]) -> Double {
        largestDifference(actual.map { Double($0) }, expected)
      }
      #expect((Double(value.value) - expected.value).magnitude <= bound * max(1, expected.value), "\(name)")
      #expect(difference(value.samples!, expected.samples) <= bound * 24, "\(name)")
      #expect(difference(gradients.embeddings!.array, expected.embeddings) <= bound, "\(name)")
      #expect(difference(gradients.centers!.array, expected.centers) <= bound, "\(name)")
      if isWeighted { #expect(difference(gradients.inclusion!.array, expected.inclusion) <= bound, "\(name)") }
    }
  }

  @Test func lossesInDouble() throws { try compare(Double.self, within: 1e-13) }
  @Test func lossesInFloat() throws { try compare(Float.self, within: 1e-6) }

  private func compareEntropies<Scalar: TensorScalar>(_: Scalar.Type, within bound: Double) throws {
    let golden = GoldenLosses.shared
    let (samples, classes) = (golden.shape[0], golden.shape[1])
    let logits = Tensor(golden.logits.map { Scalar($0) }, shape: [samples, classes])
    let targets = Tensor(golden.targets.map { Scalar($0) }, shape: [samples, classes])
    for (name, expected) in golden.crossEntropies {
      let smoothing = name == "smoothed" ? 0.1 : name.hasSuffix("smoothed") ? 0.2 : 0
      let loss = SoftmaxCrossEntropy<Scalar>(
        classWeights: name.contains("weighted") ? golden.classWeights.map { Scalar($0) } : nil,
        labelSmoothing: smoothing)
      var gradient = Tensor<Scalar>(zeros: [samples, classes])
      var sink = gradient.mutableMatrix
      let value: Scalar
      let valueAlone: Scalar
      if name.hasPrefix("soft") {
        value = try loss(logits.matrix, targets: targets.matrix, accumulatingInto: &sink)
        valueAlone = try loss.value(logits.matrix, targets: targets.matrix)
      } else {
        value = try loss(logits.matrix, labels: golden.labels.span, accumulatingInto: &sink)
        valueAlone = try loss.value(logits.matrix, labels: golden.labels.span)
      }
      #expect((Double(value) - expected.value).magnitude <= bound * max(1, expected.value), "\(name)")
      #expect(valueAlone == value)
      #expect(largestDifference(gradient.array.map { Double($0) }, expected.logits) <= bound, "\(name)")
    }
  }

  @Test func crossEntropiesInDouble() throws { try compareEntropies(Double.self, within: 1e-13) }
  @Test func crossEntropiesInFloat() throws { try compareEntropies(Float.self, within: 1e-6) }
}
