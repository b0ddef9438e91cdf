/// What a pass over triplets saw, summed.
struct TripletTally {
  var loss = 0.0
  var triplets = 0.0
  /// Triplets whose bracket is positive.
  var active = 0.0
  /// Triplets whose loss is positive: the active ones of a hinge, and all of every other form.
  var contributing = 0.0
  var margin = 0.0
  var positive = 0.0
  var negative = 0.0
  /// For each anchor the sum of its triplets' losses, and their number.
  var anchorLosses: [Double]
  var anchorTriplets: [Double]

  init(anchors: Int) {
    anchorLosses = Array(repeating: 0, count: anchors)
    anchorTriplets = anchorLosses
  }

  /// The factor that a reduction gives every triplet.
  func share(_ reduction: TripletReduction) -> Double {
    switch reduction {
    case .mean: triplets > 0 ? 1 / triplets : 0
    case .meanOfPositive: contributing > 0 ? 1 / contributing : 0
    case .sum: 1
    }
  }

  /// The report of a loss that puts all triplets together by one factor.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func report<Scalar: TensorScalar>(scale: Double, samples: Bool) -> LossValue<Scalar> {
    let share = triplets > 0 ? 1 / triplets : 0
    var report = LossValue<Scalar>(
      value: Scalar(loss * scale), validCount: anchorTriplets.count { $0 > 0 }, activeFraction: Scalar(active * share),
      meanMargin: Scalar(margin * share), meanPositiveDistance: Scalar(positive * share),
      meanNegativeDistance: Scalar(negative * share))
    if samples { report.samples = zip(anchorLosses, anchorTriplets).map { $1 > 0 ? Scalar($0 / $1) : 0 } }
    return report
  }
}
