/// What a metric loss reports of one batch.
///
/// The figures beside the value cost no further pass; a trainer logs them and watches for collapse.
public struct LossValue<Scalar: TensorScalar>: Sendable, Hashable {
  /// The loss after reduction, before the weight of the training call.
  public var value: Scalar
  /// Each sample's loss, `[B]`, zero where the sample is not valid; only if the loss was asked to report it.
  public var samples: [Scalar]?
  /// The number of samples that took part and had a negative.
  public var validCount: Int
  /// The share of valid samples whose bracket is positive, so that a hinge lets gradient through.
  public var activeFraction: Scalar
  /// The mean margin of valid samples.
  public var meanMargin: Scalar
  /// The mean weighted distance to the positive, of valid samples, before any root.
  public var meanPositiveDistance: Scalar
  /// The mean weighted distance to the negative, of valid samples, before any root.
  public var meanNegativeDistance: Scalar

  /// Creates a report; all figures default to zero.
  public init(
    value: Scalar = 0, samples: [Scalar]? = nil, validCount: Int = 0, activeFraction: Scalar = 0,
    meanMargin: Scalar = 0, meanPositiveDistance: Scalar = 0, meanNegativeDistance: Scalar = 0
  ) {
    self.value = value
    self.samples = samples
    self.validCount = validCount
    self.activeFraction = activeFraction
    self.meanMargin = meanMargin
    self.meanPositiveDistance = meanPositiveDistance
    self.meanNegativeDistance = meanNegativeDistance
  }
}
