/// Multi-threshold triplet learning: the embedding is cut into slices, and each slice learns with a margin of its own.
///
/// With S slices of equal width, or as equal as D allows, slice s has the margin
///
///     τₛ = τ_min + s·(τ_max − τ_min)/(S − 1) ,   L = (1/S) Σₛ Lₛ
///
/// where Lₛ is batch-hard over the slice's own distances. The dual form, the default, adds to each triplet the one with
/// anchor and positive exchanged: max(0, d(a, p) − d(a, n) + τ) + max(0, d(a, p) − d(p, n) + τ). Both distances to the
/// negative are then judged, and the mean runs over both halves.
///
/// - Complexity: that of ``TripletLoss`` for each slice; the distances cost O(B²·D) in all.
/// - SeeAlso: W. Yang, J. Yu, T. Chen, Z. Liu, X. Wang and J. Shen, *Multi-threshold Deep Metric Learning for Facial
///   Expression Recognition*, 2024; Docs/TripletLosses.md says which reading this is.
public struct MultiThresholdTripletLoss<Scalar: TensorScalar>: MetricLoss {
  /// S
  public let slices: Int
  /// τ_min and τ_max.
  public let thresholds: ClosedRange<Double>
  /// How the slices measure.
  public let distance: TripletDistance
  /// Which triplets each slice forms.
  public let choice: TripletChoice
  /// Whether triplets count with anchor and positive exchanged too.
  public let isDual: Bool
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy

  /// Creates a loss.
  ///
  /// - Precondition: There is a slice, thresholds are finite, and triplets are listed: a choice of all has no dual form.
  public init(
    slices: Int = 8, thresholds: ClosedRange<Double> = 0.1...1, distance: TripletDistance = .faceNet,
    choice: TripletChoice = .hardest, isDual: Bool = true, nonFinite: NonFinitePolicy = .strict
  ) {
    precondition(slices > 0, "an embedding is cut into at least one slice, not \(slices)")
    precondition(
      thresholds.lowerBound.isFinite && thresholds.upperBound.isFinite, "thresholds have to be numbers: \(thresholds)")
    precondition(
      !isDual || choice != .all, "with all triplets each is there in both orders: the dual form is for chosen ones")
    self.slices = slices
    self.thresholds = thresholds
    self.distance = distance
    self.choice = choice
    self.isDual = isDual
    self.nonFinite = nonFinite
  }

  /// The margin of a slice.
  public func threshold(ofSlice slice: Int) -> Double {
    let (low, high) = (thresholds.lowerBound, thresholds.upperBound)
    return slices == 1 ? (low + high) / 2 : low + Double(slice) * (high - low) / Double(slices - 1)
  }

  /// Computes the loss and adds `weight` × gradient.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added.
  /// - Precondition: There are at least as many coordinates as slices.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    guard let mask = try batch.finiteSamples(nonFinite) else {
      return evaluate(batch, weight: weight, gradients: &gradients)
    }
    return evaluate(batch.including(mask.span), weight: weight, gradients: &gradients)
  }

  /// The value alone; changes nothing.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    var none = MetricGradients<Scalar>()
    guard let mask = try batch.finiteSamples(nonFinite) else { return evaluate(batch, weight: 0, gradients: &none) }
    return evaluate(batch.including(mask.span), weight: 0, gradients: &none)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func evaluate(
    _ batch: MetricBatch<Scalar>, weight: Scalar, gradients: inout MetricGradients<Scalar>
  ) -> LossValue<Scalar> {
    precondition(
      batch.dimension >= slices, "embeddings of dimension \(batch.dimension) cannot be cut into \(slices) slices")
    var report = LossValue<Scalar>()
    for slice in 0..<slices {
      let columns = slice * batch.dimension / slices..<(slice + 1) * batch.dimension / slices
      let term = TripletTerm<Scalar>(.hinge(margin: threshold(ofSlice: slice)), dimension: columns.count)
      var tally = TripletTally(anchors: batch.count)
      var table = DistanceTable(batch, columns: columns, distance)
      if choice == .all {
        table.addAll(of: batch, term, identities: .ignore, to: &tally)
      } else {
        let list = TripletList(choice, in: batch, distances: table.distances.matrix, identities: .ignore)
        table.add(list, term, labels: batch.labels, isDual: isDual, to: &tally)
      }
      let share = tally.share(.mean)
      let scale = weight * Scalar(share / Double(slices))
      if gradients.embeddings != nil && scale != 0 {
        var gradient = Tensor<Scalar>(zeros: [batch.count, columns.count])
        var sink = gradient.mutableMatrix
        table.accumulate(scale: scale, into: &sink)
        gradients.embeddings?.add(gradient.matrix, toColumnsFrom: columns.lowerBound)
      }
      report.add(tally.report(scale: share, samples: false), share: 1 / Scalar(slices))
    }
    return report
  }
}

extension MutableMatrixView {
  /// Adds a matrix to a block of columns.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate mutating func add(_ matrix: MatrixView<Scalar>, toColumnsFrom first: Int) {
    for i in 0..<matrix.rows {
      var row = self[row: i]
      var part = row._mutatingExtracting(first..<first + matrix.columns)
      Scalar.metricKernels.add(matrix[row: i], scaledBy: 1, to: &part)
    }
  }
}

extension LossValue {
  /// Adds a share of another report; the count of samples is the larger one.
  mutating func add(_ other: LossValue, share: Scalar) {
    value += share * other.value
    validCount = max(validCount, other.validCount)
    activeFraction += share * other.activeFraction
    meanMargin += share * other.meanMargin
    meanPositiveDistance += share * other.meanPositiveDistance
    meanNegativeDistance += share * other.meanNegativeDistance
  }
}
