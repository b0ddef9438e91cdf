/// Triplets that attention chooses: hard triplets of normalized embeddings, hard triplets among samples of high
/// attention weight in a Mahalanobis distance, and a regularisation that keeps the weights apart.
///
/// For embeddings f with sample weights α in 0…1 (``MetricBatch/weights``), e = f/‖f‖ and H = {i : αᵢ is high},
///
///     L     = L_tri + λ_M·L_M + η·R
///     L_tri = mean over i of max(0, ‖eᵢ − e_p‖² − ‖eᵢ − e_n‖² + m₁)      p, n: the hardest of all samples
///     L_M   = mean over i in H of max(0, d²(i, p) − d²(i, n) + m₂)       p, n: the hardest in H
///     d²    = (u − v)ᵀM(u − v) ,   M = LᵀL + εI
///     R     = max(0, 0.15 − (mean of high α − mean of low α))
///
/// The hardest positive is the farthest sample of the anchor's class, the hardest negative the nearest of another; anchors
/// without either are passed over, and a mean over nothing is 0. Which samples are chosen is a constant for the gradient.
/// Together with the cross-entropy of logits that α weights (``JointObjective`` with λ = 1) this is TAN as this library
/// reads its abstract. Without weights in the batch all samples are of high weight, and R is left out.
///
///     var loss = AttentiveTripletLoss<Float>(dimension: 128)
///     var gradients = MetricGradients(embeddings: df.mutableMatrix, weights: dα.mutableSpan)
///     let value = try loss(batch, weight: 1, accumulatingInto: &gradients)
///     loss.visitParameters { name, parameter in /* step L by parameter.gradient, and clear it */ }
///
/// ## Numerical behavior
/// Distances are sums of squared differences: equal embeddings have the distance 0. An embedding of length 0 has the
/// direction 0 and no gradient through it. The matrix products are those of the current backend, so the last bits may
/// differ between backends.
///
/// - Complexity: O(B²·D + B·R·D); at most two [B, B] tables at a time.
/// - SeeAlso: Gou et al., *Facial Expression Recognition Based on TripletLoss and Attention Mechanism*, ICAC 2023, of
///   which only the abstract says what it does; K. Wang et al., *Suppressing uncertainties for large-scale facial
///   expression recognition*, CVPR 2020, for α and R; Docs/TAN.md says which reading this is.
public struct AttentiveTripletLoss<Scalar: TensorScalar>: MetricLoss {
  /// How the loss reads the abstract.
  public let options: AttentiveTripletOptions
  /// D, the length of an embedding.
  public let dimension: Int
  /// L, `[R, D]`, if the metric is learned.
  public private(set) var map: MetricParameter<Scalar>?
  /// The covariance, if the metric is made of it.
  public private(set) var covariance: WithinClassCovariance<Scalar>?

  /// Creates a loss over embeddings of a dimension; a learned metric starts as the Euclidean one.
  ///
  /// - Precondition: The dimension is positive, and the options have a meaning (``AttentiveTripletOptions/objection`` is
  ///   `nil`).
  public init(dimension: Int, options: AttentiveTripletOptions = AttentiveTripletOptions()) {
    precondition(dimension > 0, "embeddings have at least one coordinate, not \(dimension)")
    if let objection = options.objection { preconditionFailure(objection) }
    self.options = options
    self.dimension = dimension
    switch options.metric {
    case .learned(let rank):
      map = MetricParameter(MahalanobisMetric.identity(rank: rank ?? dimension, dimension: dimension))
    case .covariance(let shrinkage, let momentum):
      covariance = WithinClassCovariance(dimension: dimension, momentum: momentum, shrinkage: shrinkage)
    case .euclidean: break
    }
  }

  /// Computes the loss, adds `weight` × gradient, also to that of L, and lets the covariance observe the batch.
  ///
  /// - Parameters:
  ///   - batch: Embeddings and labels; attention weights of the samples, if there are any.
  ///   - weight: The factor λ of this loss in the whole objective.
  ///   - gradients: Buffers that are added to: embeddings and weights.
  /// - Throws: ``MetricError``; nothing has then been added or observed.
  /// - Precondition: The embeddings have the loss's dimension, and every buffer has its batch's size.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    try run(batch, weight, &gradients, .added)
  }

  /// The same with gradients that are written, but that of L, which is added to: what the buffers hold is neither read
  /// nor kept.
  ///
  /// - Throws: ``MetricError``; nothing has then been written, added to the gradient of L, or observed.
  /// - Precondition: As above.
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, writingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    try run(batch, weight, &gradients, .written)
  }

  private mutating func run(
    _ batch: MetricBatch<Scalar>, _ weight: Scalar, _ gradients: inout MetricGradients<Scalar>, _ use: GradientUse
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    let samples = try samples(of: batch)
    let metric = try measure()
    if map != nil { map!.value = metric.map }
    let pass = AttentiveTripletPass(samples, options: options, metric: metric)
    pass.put(weight, into: &gradients, map: &map, use)
    covariance?.observe(
      (options.metricSpace == .raw ? samples.embeddings : samples.normalized).matrix, labels: samples.labels)
    return pass.report
  }

  /// The value alone; changes nothing.
  ///
  /// - Throws: ``MetricError``.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    try pass(over: batch).report
  }

  /// What each term is worth; changes nothing.
  ///
  /// - Throws: ``MetricError``.
  public func terms(of batch: MetricBatch<Scalar>) throws(MetricError) -> AttentiveTripletTerms<Scalar> {
    try pass(over: batch).terms
  }

  /// The metric that the next batch is measured by.
  ///
  /// - Throws: ``MetricError/factorization(_:)`` if the covariance is not finite.
  public func measure() throws(MetricError) -> MahalanobisMetric<Scalar> {
    var metric: MahalanobisMetric<Scalar>
    if let map {
      metric = MahalanobisMetric(map: map.value, ridge: Scalar(options.metricRidge), power: options.metricPower)
    } else if let covariance {
      do {
        metric = try covariance.metric(power: options.metricPower)
      } catch {
        throw .factorization(error)
      }
    } else {
      metric = MahalanobisMetric(euclidean: dimension, power: options.metricPower)
    }
    if options.metricScale == .frobenius { metric.scaleToIdentity() }
    return metric
  }

  /// Visits L under `map`, if it is learned.
  public mutating func visitParameters(_ visit: MetricParameterVisitor<Scalar>) rethrows {
    guard map != nil else { return }
    try visit("map", &map!)
  }

  /// Visits `map`, or the record of the covariance.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    try visitParameterValues(visit)
    try covariance?.visitState(visit)
  }

  private func samples(of batch: MetricBatch<Scalar>) throws(MetricError) -> AttentiveSamples<Scalar> {
    precondition(
      batch.dimension == dimension,
      "embeddings of dimension \(batch.dimension) do not fit a loss over dimension \(dimension)")
    return try AttentiveSamples(batch, options.nonFinite)
  }

  private func pass(over batch: MetricBatch<Scalar>) throws(MetricError) -> AttentiveTripletPass<Scalar> {
    AttentiveTripletPass(try samples(of: batch), options: options, metric: try measure())
  }
}
