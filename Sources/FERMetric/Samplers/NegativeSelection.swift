/// Which negative each sample was given, and which samples have one.
public struct NegativeSelection: Sendable, Hashable {
  /// How several negatives of one sample are put together.
  public enum Reduction: String, Sendable, Hashable, Codable, CaseIterable {
    case mean, sum
  }

  /// The three forms of a choice.
  public enum Form: Sendable, Hashable, Codable {
    /// One class for each sample: its whole center is the negative.
    case perSample
    /// One class for each coordinate of each sample: the negative is put together from several centers.
    case perCoordinate
    /// Every eligible other class, one after the other.
    case allOthers(Reduction)
  }

  /// The form of the choice.
  public private(set) var form = Form.perSample
  /// The number of samples, B.
  public private(set) var sampleCount = 0
  /// The embedding dimension, D.
  public private(set) var dimension = 0
  /// `[B]`: whether a sample takes part and has a negative.
  public private(set) var valid: [Bool] = []
  /// `[B]`, `[B·D]` or nothing, according to the form; −1 where a sample is not valid.
  var classes: [Int32] = []
  /// Whether valid samples without a class, −1, are left to the pass of the loss, which puts their negatives together from
  /// the nearest center in each coordinate.
  private(set) var leavesSynthesis = false

  /// Creates an empty selection.
  public init() {}

  /// Starts over: every sample valid, nothing chosen yet. Memory is kept.
  public mutating func reset(_ form: Form, samples: Int, dimension: Int) {
    self.form = form
    leavesSynthesis = false
    self.dimension = dimension
    let places =
      switch form {
      case .perSample: samples
      case .perCoordinate: samples * dimension
      case .allOthers: 0
      }
    if sampleCount != samples || valid.count != samples {
      valid = Array(repeating: true, count: samples)
    } else {
      for i in valid.indices { valid[i] = true }
    }
    sampleCount = samples
    if classes.count != places { classes = Array(repeating: -1, count: places) }
  }

  /// Starts over with samples that all have their negatives put together in the pass of the loss; those that are given a
  /// class meet its center.
  mutating func resetLeavingSynthesis(samples: Int, dimension: Int) {
    reset(.perSample, samples: samples, dimension: dimension)
    for i in classes.indices { classes[i] = -1 }
    leavesSynthesis = true
  }

  /// Gives a sample one class as its negative, in every coordinate.
  ///
  /// - Precondition: The form is not `.allOthers`.
  public mutating func choose(_ negative: Int, forSample sample: Int) {
    switch form {
    case .perSample:
      classes[sample] = Int32(negative)
    case .perCoordinate:
      let row = sample * dimension
      for j in row..<row + dimension { classes[j] = Int32(negative) }
    case .allOthers:
      preconditionFailure("a selection of all other classes takes no choice for a sample")
    }
  }

  /// Gives one coordinate of a sample a class as its negative.
  ///
  /// - Precondition: The form is `.perCoordinate`.
  public mutating func choose(_ negative: Int, forSample sample: Int, coordinate: Int) {
    precondition(form == .perCoordinate, "only a selection per coordinate takes a choice for a coordinate")
    precondition(coordinate >= 0 && coordinate < dimension, "coordinate \(coordinate) lies outside 0..<\(dimension)")
    classes[sample * dimension + coordinate] = Int32(negative)
  }

  /// Leaves a sample out.
  public mutating func invalidate(_ sample: Int) {
    valid[sample] = false
    if case .allOthers = form { return }
    choose(-1, forSample: sample)
  }

  /// The class that a valid sample was given, in one coordinate.
  ///
  /// - Precondition: The form is not `.allOthers`.
  public func negativeClass(ofSample sample: Int, coordinate: Int = 0) -> Int {
    switch form {
    case .perSample: Int(classes[sample])
    case .perCoordinate: Int(classes[sample * dimension + coordinate])
    case .allOthers: preconditionFailure("a selection of all other classes gives a sample no class of its own")
    }
  }

  /// Leaves out the samples that take no part or have no candidate.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func leaveOutSamplesWithoutNegative<Scalar: TensorScalar>(in batch: MetricBatch<Scalar>) {
    for i in 0..<sampleCount where valid[i] && !batch.canHaveNegative(i) { invalidate(i) }
  }

  /// Leaves out the samples that cannot have a negative, whatever the sampler said of them, and stops where the choice
  /// does not fit the batch: a sampler's mistake.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func settle<Scalar: TensorScalar>(for batch: MetricBatch<Scalar>) {
    precondition(
      sampleCount == batch.count && dimension == batch.dimension,
      "a selection for \(sampleCount)×\(dimension) does not fit a batch of \(batch.count)×\(batch.dimension)")
    leaveOutSamplesWithoutNegative(in: batch)
    let width =
      switch form {
      case .perSample: 1
      case .perCoordinate: dimension
      case .allOthers: 0
      }
    guard width > 0 && !leavesSynthesis else { return }
    let bound = UInt32(batch.requiredCenters.rows)
    if classes.span.largestUnsigned < bound { return }
    // A sample that is left out has -1, which is the largest of all.
    for i in 0..<sampleCount where valid[i] {
      let largest = classes.span.extracting(i * width..<(i + 1) * width).largestUnsigned
      precondition(largest < bound, "the sampler chose class \(Int32(bitPattern: largest)) of \(bound) for sample \(i)")
    }
  }
}
