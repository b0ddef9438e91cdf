import FERMetric

/// One combination of sampler, margin and options, by its place on each axis.
struct LossCombination: CustomStringConvertible {
  static let samplers: [any NegativeSampler<Double>] = [
    .mathSynth(), .mathSynth(space: .squashed), .networkSemantic(), .networkSemantic(fallback: .skip), .mixed(),
    .nearestCenter(), .nearestCenter(space: .squashed, weighted: true), .presentNearestCenter(), .allCenters(),
    .allCenters(reduction: .sum), .randomCenter(seed: 2), .farthestCenter(),
  ]
  static let margins: [any MarginGenerator<Double>] = [
    .adaptive(), .adaptive(gradient: .attached), .adaptive(scale: 0.1), .adaptive(scale: 0.1, gradient: .attached),
    .constant(0.2), .perSample(),
  ]
  static let axes = [
    samplers.count, margins.count, Squash.allCases.count, AttentionMode.allCases.count, AttentionScope.allCases.count,
    DimensionReduction.allCases.count, BatchReduction.allCases.count, DistancePower.allCases.count, 2,
    LossForm.allCases.count, 2, 2, 2,
  ]

  let row: [Int]

  var sampler: any NegativeSampler<Double> { Self.samplers[row[0]] }
  var margin: any MarginGenerator<Double> { Self.margins[row[1]] }
  var isAttached: Bool { row[1] == 1 || row[1] == 3 }
  var hasInclusion: Bool { row[11] == 1 }

  var options: TripletCenterOptions {
    var options = TripletCenterOptions()
    options.squash = Squash.allCases[row[2]]
    options.attentionMode = AttentionMode.allCases[row[3]]
    options.attentionOn = AttentionScope.allCases[row[4]]
    options.dimensionReduction = DimensionReduction.allCases[row[5]]
    options.batchReduction = BatchReduction.allCases[row[6]]
    options.power = DistancePower.allCases[row[7]]
    options.negativeCenterGradient = row[8] == 1
    options.form = LossForm.allCases[row[9]]
    options.positiveWeight = row[10] == 1 ? 1.7 : 1
    options.squashScale = row[12] == 1 ? 1.3 : 1
    return options
  }

  /// Whether the options have a meaning together, the log form has a margin that bounds distances, and options of
  /// attention come with weights.
  var isLegal: Bool {
    options.objection == nil
      && (options.form != .log || row[1] != 2 && row[1] != 3 && row[1] != 4)
      && (hasInclusion || row[3] == 0 && row[4] == 0)
  }

  var description: String { "\(sampler), \(margin), \(options), weights \(hasInclusion)" }
}
