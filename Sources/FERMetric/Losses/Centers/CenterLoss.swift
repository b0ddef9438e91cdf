/// The center loss: each embedding near the center of its class.
///
///     dᵢ = Σⱼ aᵢⱼ (uᵢⱼ − c_yⱼ)² ,   L = f·Σᵢ dᵢ / N
///
/// The convention says what u is (the embedding, or its direction), the factor f, the divisor N and whether inclusion
/// weights a take part. Public codes differ in all of these, so it has no default: see ``CenterConvention``. How centers
/// move is the other half of a convention and belongs to ``ClassCenters``.
///
/// Nothing keeps centers apart but ``CenterConvention/dan``'s divisor: beside a classification loss only. With the loss
/// alone all embeddings and centers fall into one point, where it is 0.
///
///     var loss = CenterLoss<Float>(.wen)
///     let value = try loss(batch, weight: 0.01, accumulatingInto: &gradients)
///     centers.step(embeddings: x.matrix, labels: y.span)      // .movingAverage(rate: 0.5, weighted: false)
///
/// Gradients, with h = f/N: ∂uᵢ = 2h·a ⊙ (u − c), ∂c_k = −Σᵢ of class k 2h·aᵢ ⊙ (uᵢ − c_k), ∂a = h·(u − c)²; for directions
/// u = x/‖x‖, ∂x = (∂u − (∂u·u) u)/‖x‖. With ``CenterConvention/Reduction/spread`` N depends on the centers, which adds
/// ∂c_kj = −L/V · 2(c_kj − c̄_j)/(C − 1).
///
/// ## Numerical behavior
/// Distances are sums of squared differences: equal vectors give exactly 0. An embedding shorter than 10⁻¹² has no
/// direction; it counts as the zero vector and gets no gradient. A spread below 10⁻¹² is held there, without gradient: a
/// huge value then tells of centers that have fallen together.
///
/// - Complexity: O(B·D + C·D); memory comes from the pool.
/// - SeeAlso: Docs/CenterLosses.md.
public struct CenterLoss<Scalar: TensorScalar>: MetricLoss, Hashable, Codable {
  /// What the loss makes of squared distances.
  public let convention: CenterConvention
  /// What to do with samples that are not finite.
  public let nonFinite: NonFinitePolicy
  /// Whether ``LossValue/samples`` is filled, with f·dᵢ.
  public var reportsSamples = false

  /// Creates the loss.
  public init(_ convention: CenterConvention, nonFinite: NonFinitePolicy = .strict) {
    self.convention = convention
    self.nonFinite = nonFinite
  }

  /// DACL's sparse center loss, which reads the batch's inclusion weights and gives them gradient.
  public static var sparse: CenterLoss { CenterLoss(.dacl) }

  /// Computes the loss and adds `weight` × gradient for embeddings, centers and, if they take part, inclusion weights.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added.
  /// - Precondition: The batch has centers, labels lie in `0..<C`, a weighted convention has inclusion weights, and the
  ///   spread has at least two centers.
  /// - Complexity: O(B·D + C·D).
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    check(batch)
    return run(batch, try batch.finiteRows(nonFinite), weight: Double(weight), &gradients, .added)!
  }

  /// The same with gradients that are written: what the buffers hold is neither read nor kept.
  ///
  /// Where all samples take part, the pass over the batch looks for numbers that are not finite on its way.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite; the buffers hold anything then.
  /// - Precondition: As above.
  /// - Complexity: O(B·D + C·D).
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, writingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    check(batch)
    let readsAll = batch.included == nil && (batch.inclusion == nil || convention.isWeighted)
    if readsAll && batch.count > 0 && batch.hasFiniteFigures {
      if convention.isWeighted { gradients.clearFigures() } else { gradients.clearBesidesRows() }
      if let value = run(batch, Array(0..<batch.count), weight: Double(weight), &gradients, .written) { return value }
    }
    // The other call says which number is not finite, or leaves its sample out.
    gradients.clear()
    return try self(batch, weight: weight, accumulatingInto: &gradients)
  }

  /// The value alone; changes nothing.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    var none = MetricGradients<Scalar>()
    check(batch)
    return run(batch, try batch.finiteRows(nonFinite), weight: 0, &none, .none)!
  }

  private func check(_ batch: MetricBatch<Scalar>) {
    batch.checkLabels()
    precondition(
      !convention.isWeighted || batch.inclusion != nil,
      "a center loss with inclusion weights reads those of the batch, but the batch has none")
  }

  // The given samples; `nil` if gradients were to be written and a number, or the sum, was not finite.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func run(
    _ batch: MetricBatch<Scalar>, _ rows: [Int], weight: Double, _ gradients: inout MetricGradients<Scalar>,
    _ use: GradientUse
  ) -> LossValue<Scalar>? {
    guard !rows.isEmpty else { return LossValue(samples: samples(Tensor(zeros: [0]), rows, batch.count)) }
    let spread = convention.reduction == .spread ? CenterSpread(batch.requiredCenters) : nil
    let divisor =
      switch convention.reduction {
      case .sum: 1.0
      case .mean: Double(rows.count)
      case .elementMean: Double(rows.count * max(batch.dimension, 1))
      case .spread: Double(rows.count) * spread!.value
      }
    let share = convention.factor / divisor

    let kernels = Scalar.metricKernels
    var distances = Tensor<Scalar>(uninitialized: [rows.count])
    var distanceSpan = distances.mutableSpan
    let sum: Double
    if convention.normalization == .unitLength {
      var inverse = Tensor<Scalar>(uninitialized: [rows.count])
      var inverseSpan = inverse.mutableSpan
      kernels.inverseLengths(of: batch.embeddings, rows: rows.span, into: &inverseSpan)
      sum = kernels.centerLoss(
        batch, rows: rows.span, inverseLengths: inverse.span, weighted: convention.isWeighted,
        gradientScale: weight * share, distances: &distanceSpan, gradients: &gradients, use: use)
    } else {
      sum = kernels.centerLoss(
        batch, rows: rows.span, inverseLengths: nil, weighted: convention.isWeighted, gradientScale: weight * share,
        distances: &distanceSpan, gradients: &gradients, use: use)
    }
    if use == .written && !sum.isFinite { return nil }
    if use != .none { spread?.accumulateGradient(of: weight * share * sum, batch.requiredCenters, &gradients) }
    var active = 0
    for row in distanceSpan.indices where distanceSpan[row] > 0 { active += 1 }
    return LossValue(
      value: Scalar(share * sum), samples: samples(distances, rows, batch.count), validCount: rows.count,
      activeFraction: Scalar(Double(active) / Double(rows.count)),
      meanPositiveDistance: Scalar(sum / Double(rows.count)))
  }

  private func samples(_ distances: Tensor<Scalar>, _ rows: [Int], _ count: Int) -> [Scalar]? {
    guard reportsSamples else { return nil }
    let distances = distances.span
    var places = [Scalar](repeating: 0, count: count)
    for (place, row) in rows.enumerated() { places[row] = Scalar(convention.factor) * distances[place] }
    return places
  }
}
