import FERMetric

@testable import FERModels

/// Compares the gradients of one combination with difference quotients of its value.
struct LossDifferenceCheck {
  let combination: LossCombination
  let embeddings, centers, logits: Tensor<Double>
  let labels, predictions: [Int]
  let headroom: [Double]

  init(_ combination: LossCombination, seed: UInt64) {
    self.combination = combination
    let (samples, classes, dimension) = (6, 4, 5)
    var generator = SeededGenerator(seed: 25, stream: seed)
    embeddings = .normal([samples, dimension], &generator)
    centers = .normal([classes, dimension], &generator)
    logits = .normal([samples, dimension, 2], &generator)
    labels = (0..<samples).map { _ in generator.next(below: classes) }
    predictions = (0..<samples).map { _ in generator.next(below: classes) }
    headroom = (0..<samples).map { _ in generator.nextUniform() }
  }

  /// The weights of the attention's last layer.
  private func inclusion(_ logits: Tensor<Double>) -> Tensor<Double> {
    PairSoftmax.second(logits).reshaped(to: [embeddings.shape[0], embeddings.shape[1]])
  }

  private func batch(
    _ x: Tensor<Double>, _ c: Tensor<Double>, _ a: Tensor<Double>, margins: [Double]? = nil
  ) -> TensorBatch<Double> {
    TensorBatch(
      embeddings: x, labels: labels, centers: c, inclusion: combination.hasInclusion ? a : nil,
      predictions: predictions, margins: margins)
  }

  /// The margins of the combination's generator at given weights.
  private func margins(_ a: Tensor<Double>) -> [Double] {
    let sums = combination.hasInclusion ? a.sum(alongAxis: 1).array : [Double](repeating: 5, count: 6)
    let own = zip(sums, headroom).map { $0 + $1 }
    var result = Tensor<Double>(zeros: [6])
    batch(embeddings, centers, a, margins: own).withViews { batch in
      var span = result.mutableSpan
      combination.margin.margins(for: batch, into: &span)
    }
    return result.array
  }

  /// What a comparison found: the largest error of the gradients of embeddings, centers, attention logits and margins,
  /// and the number of samples whose gradient is not zero.
  struct Result {
    var largestError: Double
    var activeSamples: Int
  }

  /// Compares all gradients.
  func run() throws -> Result {
    let weight = 0.7
    let a = inclusion(logits)
    let m = margins(a)
    let base = batch(embeddings, centers, a, margins: m)
    let selection = try base.withViews { try combination.sampler.selection(for: $0) }
    var loss = TripletCenterLoss(
      sampler: combination.sampler, margin: combination.margin, options: combination.options)
    let gradients = try loss(base, weight: weight).gradients

    // Margins are given, and choices fixed. Where the negative center is to get no gradient, negatives come from a
    // second set of centers that does not move.
    func value(
      _ x: Tensor<Double>? = nil, _ c: Tensor<Double>? = nil, _ a: Tensor<Double>, _ m: [Double]
    ) throws -> Double {
      let moves = combination.options.negativeCenterGradient
      let all = moves ? c ?? centers : Tensor(concatenating: [c ?? centers, centers])
      var sum = 0.0
      for (fixed, share) in Self.choices(selection, labels, classes: 4, shift: moves ? 0 : 4) {
        let twin = TripletCenterLoss<Double>(
          sampler: FixedSampler(fixed: fixed), margin: .perSample(), options: combination.options)
        sum += try share * twin.value(for: batch(x ?? embeddings, all, a, margins: m)).value
      }
      return weight * sum
    }
    let active = gradients.margins!.array.count { $0 != 0 }
    var error = largestDifference(
      gradients.embeddings!.array, try centralDifferences(at: embeddings) { try value($0, nil, a, m) })
    error = max(
      error,
      largestDifference(gradients.centers!.array, try centralDifferences(at: centers) { try value(nil, $0, a, m) }))
    error = max(
      error,
      largestDifference(
        gradients.margins!.array, try centralDifferences(at: Tensor(m)) { try value(nil, nil, a, $0.array) }))
    guard combination.hasInclusion else { return Result(largestError: error, activeSamples: active) }
    let byLogit = PairSoftmax.backward(gradients.inclusion!, second: a)
    let quotients = try centralDifferences(at: logits) { z in
      let moved = inclusion(z)
      return try value(nil, nil, moved, combination.isAttached ? margins(moved) : m)
    }
    error = max(error, largestDifference(byLogit.array, quotients))
    return Result(largestError: error, activeSamples: active)
  }

  /// The selection as fixed choices with their shares; all other classes become one choice after the other.
  private static func choices(
    _ selection: NegativeSelection, _ labels: [Int], classes: Int, shift: Int
  ) -> [(NegativeSelection, Double)] {
    if case .allOthers(let reduction) = selection.form {
      return (1..<classes).map { step in
        var one = NegativeSelection()
        one.reset(.perSample, samples: labels.count, dimension: selection.dimension)
        for (i, label) in labels.enumerated() { one.choose((label + step) % classes + shift, forSample: i) }
        return (one, reduction == .mean ? 1 / Double(classes - 1) : 1)
      }
    }
    var moved = selection
    for i in labels.indices where selection.valid[i] {
      for j in 0..<(selection.form == .perSample ? 1 : selection.dimension) {
        let chosen = selection.negativeClass(ofSample: i, coordinate: j) + shift
        if selection.form == .perSample {
          moved.choose(chosen, forSample: i)
        } else {
          moved.choose(chosen, forSample: i, coordinate: j)
        }
      }
    }
    return [(moved, 1)]
  }
}
