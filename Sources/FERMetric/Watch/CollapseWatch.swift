/// Watches a training for collapse, and says the likely cause and the remedy.
///
/// Metric losses collapse quietly: the loss falls or stays, and the embeddings are worthless. The watch is fed with
/// what a step has at hand and changes nothing; each cause is reported once.
///
///     var watch = CollapseWatch<Float>(for: objective.metric)
///     // … in each step, after the losses:
///     for warning in watch.observe(batch, metric: value.metric, classification: value.crossEntropy) { print(warning) }
///
/// It looks for inclusion weights that vanish, centers that are equal, run together or are dead, losses and embeddings
/// that grow, embeddings that run together or keep to a line, and distances that vanish against the margin, so that the
/// loss is stuck at it. What each line is and why healthy trainings stay clear of it is in Docs/CollapseWatch.md.
///
/// - Complexity: O(1) for most batches; every tenth O(B·D + C·D), every twentieth the eigenvalues of
///   ``EmbeddingSpectrum`` besides.
public struct CollapseWatch<Scalar: TensorScalar>: Sendable {
  /// Where the lines are drawn.
  public let thresholds: CollapseThresholds
  /// What was measured last.
  public private(set) var figures = CollapseFigures()
  /// The causes that were reported.
  public private(set) var reported: Set<CollapseCause> = []

  private let marginGradient: MarginGradient?
  /// Whether the loss reports distances that its margin counts, as triplet-center losses do; those of other losses may
  /// be similarities, or not be measured. A loss that is not known is taken for a triplet-center loss.
  private let measuresDistances: Bool
  /// Whether the loss compares two distances of a triplet that a margin holds apart.
  private let comparesTriplets: Bool
  /// Whether each row of the centers stands for a class; a loss with several proxies for a class has more rows.
  private let hasCenterPerClass: Bool
  private var firstInclusion: Double?
  private var firstScale: Double?
  private var metricTrend = LossTrend()
  private var classificationTrend = LossTrend()
  private var largestMargin = 0.0
  private var centers = CenterLog<Scalar>()
  private var stuckLooks = 0
  private var streaks: [CollapseCause: Int] = [:]
  private var warnings: [CollapseWarning] = []

  /// Creates a watch.
  ///
  /// - Parameters:
  ///   - loss: The loss whose batches are observed; it tells whether the margin's gradient is attached. Without it,
  ///     inclusion weights that vanish are taken for the work of an attached margin.
  ///   - thresholds: When to look, and where the lines are.
  /// - Precondition: Intervals are positive.
  public init(for loss: (any MetricLoss<Scalar>)? = nil, thresholds: CollapseThresholds = CollapseThresholds()) {
    precondition(
      thresholds.interval > 0 && thresholds.looksPerSpectrum > 0 && thresholds.patience > 0,
      "a watch looks at positive intervals")
    self.thresholds = thresholds
    comparesTriplets =
      loss is TripletLoss<Scalar> || loss is AttentiveTripletLoss<Scalar> || loss is ClassPairTripletLoss<Scalar>
      || loss is FiveTupletLoss<Scalar> || loss is RepresentativeTripletLoss<Scalar>
      || loss is MultiThresholdTripletLoss<Scalar> || loss is DistillationTripletLoss<Scalar>
    hasCenterPerClass = !(loss is SoftTripleLoss<Scalar>)
    if let loss = loss as? TripletCenterLoss<Scalar> {
      measuresDistances = true
      var margin = loss.margin
      while let scheduled = margin as? ScheduledMargin<Scalar> { margin = scheduled.base }
      marginGradient = (margin as? AdaptiveMarginGenerator<Scalar>)?.gradient ?? .detached
    } else {
      measuresDistances = loss == nil
      marginGradient = nil
    }
  }

  /// Takes in one batch of a training.
  ///
  /// - Parameters:
  ///   - batch: What the metric loss read.
  ///   - metric: What it returned.
  ///   - classification: The classification loss beside it.
  /// - Returns: What is new; nearly always nothing.
  public mutating func observe(
    _ batch: MetricBatch<Scalar>, metric: LossValue<Scalar>? = nil, classification: Scalar? = nil
  ) -> [CollapseWarning] {
    figures.step += 1
    centers.see(batch)
    if let metric {
      metricTrend.add(Double(metric.value))
      let margin = Double(metric.meanMargin)
      largestMargin = max(largestMargin, margin)
      figures.distanceShare =
        measuresDistances && margin > 0
        ? Double(metric.meanPositiveDistance + metric.meanNegativeDistance) / margin : nil
      figures.tripletGap =
        comparesTriplets && margin > 0
        ? Double(metric.meanPositiveDistance - metric.meanNegativeDistance).magnitude / margin : nil
    }
    if let classification { classificationTrend.add(Double(classification)) }
    (figures.metricLoss, figures.classificationLoss) = (metricTrend.smoothed, classificationTrend.smoothed)
    checkGrowth()
    if (figures.step - 1).isMultiple(of: thresholds.interval) { look(at: batch, metric) }
    defer { warnings = [] }
    return warnings
  }

  /// Takes in one batch of a training, as tensors.
  public mutating func observe(
    _ batch: TensorBatch<Scalar>, metric: LossValue<Scalar>? = nil, classification: Scalar? = nil
  ) -> [CollapseWarning] {
    batch.withViews { observe($0, metric: metric, classification: classification) }
  }

  private mutating func report(_ cause: CollapseCause, _ sign: String, classes: [Int] = []) {
    guard reported.insert(cause).inserted else { return }
    warnings.append(CollapseWarning(cause: cause, figures: figures, classes: classes, sign: sign))
  }

  /// Whether a sign has been there for as many looks in a row as it takes.
  private mutating func lasts(_ cause: CollapseCause, _ isThere: Bool) -> Bool {
    streaks[cause] = isThere ? streaks[cause, default: 0] + 1 : 0
    return streaks[cause]! >= thresholds.patience
  }

  private mutating func checkGrowth() {
    let floor = thresholds.lossFloor
    let lines = [
      ("metric", metricTrend, thresholds.metricGrowth, max(floor, largestMargin)),
      ("classification", classificationTrend, thresholds.lossGrowth, floor),
    ]
    for (name, trend, growth, floor) in lines {
      guard trend.isAbove(growth, floor: floor), let last = trend.smoothed, let first = trend.first
      else { continue }
      report(.excessiveRate, "the \(name) loss is \(last.brief), at first \(first.brief)")
    }
  }

  private mutating func look(at batch: MetricBatch<Scalar>, _ metric: LossValue<Scalar>?) {
    lookAtInclusion(batch)
    let moments = CoordinateMoments(batch.embeddings, included: batch.included)
    figures.embeddingScale = moments.scale
    figures.embeddingDeviation = moments.deviation
    lookAtCenters(batch, scale: moments.scale)
    guard moments.count > 1, moments.scale > 0 else { return }
    let first = firstScale ?? moments.scale
    firstScale = first
    if moments.scale > thresholds.embeddingGrowth * first {
      report(.excessiveRate, "the embeddings' scale is \(moments.scale.brief), at first \(first.brief)")
    }
    let isEqual = moments.deviation <= thresholds.embeddingShare * moments.scale
    if lasts(.equalEmbeddings, isEqual) {
      report(.equalEmbeddings, "embeddings of the scale \(moments.scale.brief) deviate by \(moments.deviation.brief)")
    }
    let isStuck = figures.distanceShare.map { $0 <= thresholds.distanceShare } ?? false && metric != nil
    if lasts(.smallEmbeddings, isStuck && !isEqual) {
      report(
        .smallEmbeddings,
        "the loss \(figures.metricLoss?.brief ?? "") is its margin, distances are \(figures.distanceShare!.brief) of it"
      )
    }
    lookAtTriplets(metric)
    lookAtSpectrum(batch, isEqual: isEqual)
  }

  private mutating func lookAtTriplets(_ metric: LossValue<Scalar>?) {
    guard let metric, let gap = figures.tripletGap else { return }
    let isStuck = gap <= thresholds.tripletGap && metric.activeFraction >= 0.99 && metric.validCount > 0
    stuckLooks = isStuck ? stuckLooks + 1 : 0
    guard stuckLooks >= thresholds.tripletPatience else { return }
    report(
      .equalEmbeddings,
      "positives and negatives are equally far, to \(gap.brief) of the margin, for \(stuckLooks * thresholds.interval) "
        + "steps")
  }

  private mutating func lookAtInclusion(_ batch: MetricBatch<Scalar>) {
    guard let inclusion = batch.inclusion else { return }
    let mean = CoordinateMoments(inclusion, included: batch.included).mean
    figures.meanInclusion = mean
    let first = firstInclusion ?? mean
    firstInclusion = first
    guard mean < thresholds.inclusionShare * first else { return }
    report(
      marginGradient == .detached ? .exclusion : .attachedMargin,
      "the mean inclusion weight is \(mean.brief), at first \(first.brief)")
  }

  private mutating func lookAtCenters(_ batch: MetricBatch<Scalar>, scale: Double) {
    guard let matrix = batch.centers, matrix.rows > 1 else { return }
    let spread = CoordinateMoments(matrix).deviation
    figures.centerSpread = spread
    if spread <= thresholds.centerShare * scale {
      report(
        figures.step == 1 ? .equalCenters : .mergedCenters,
        "centers spread by \(spread.brief), embeddings have the scale \(scale.brief)")
    }
    guard hasCenterPerClass else { return }
    let dead = centers.look(
      at: batch, patience: thresholds.patience, steps: thresholds.patience * thresholds.interval)
    if !dead.isEmpty { report(.deadCenters, "the centers of the classes \(dead) rest", classes: dead) }
    let absent = centers.absentClasses(for: thresholds.absence)
    if !absent.isEmpty {
      report(.absentClasses, "no example of the classes \(absent) in \(thresholds.absence) batches", classes: absent)
    }
  }

  private mutating func lookAtSpectrum(_ batch: MetricBatch<Scalar>, isEqual: Bool) {
    guard ((figures.step - 1) / thresholds.interval).isMultiple(of: thresholds.looksPerSpectrum),
      let spectrum = try? EmbeddingSpectrum(batch.embeddings, included: batch.included)
    else { return }
    figures.effectiveRank = spectrum.effectiveRank
    let isLow = !isEqual && batch.presentClasses > 2 && batch.dimension > 1
    if lasts(.lowRank, isLow && spectrum.effectiveRank < thresholds.effectiveRank) {
      report(.lowRank, "the effective rank of the embeddings is \(spectrum.effectiveRank.brief)")
    }
  }
}

extension MetricBatch {
  /// The number of classes that samples of the batch have.
  fileprivate var presentClasses: Int {
    var present: Set<Int> = []
    for i in 0..<count where takesPart(i) { present.insert(labels[i]) }
    return present.count
  }
}
