/// Ad-Corre: embeddings that correlate within classes and not between them.
///
/// A sample has k embeddings eᵢₕ. With ρ Pearson's correlation over coordinates, B samples, P classes,
/// Ωᵢⱼ = 1 for two samples of a class and −1 for others, and pair weights W,
///
///     L = w_F·L_F + w_M·L_M + w_E·L_E
///     L_F = 1/(k·B²) Σₕ Σ_{i≠j} Wᵢⱼ |Ωᵢⱼ − ρ(eᵢₕ, eⱼₕ)|           feature discriminator
///     L_M = 1/(k·P²) Σₕ Σ_{p≠q} (1 + ρ(μₚₕ, μ_qₕ))                mean discriminator, μ the means of classes
///     L_E = 1/(B·k²) Σᵢ Σ_{h≠g} (1 + ρ(eᵢₕ, eᵢ_g))                embedding discriminator
///
/// L_E keeps the embeddings of one sample apart and is 0 for k = 1. The published code computes the correlations
/// outside of differentiation, so that they are constants there; here their gradients are exact.
///
///     var options = AdCorreOptions()
///     options.heads = 4
///     var loss = AdCorreLoss<Float>(classes: 7, options: options)
///     let objective = JointObjective(metric: loss, lambda: 0.14)
///
/// The published objective, 50 times a cross-entropy that is a mean over samples and classes plus L, is λ = C/50 here,
/// 0.14 for seven classes. Weights by recognition read ``MetricBatch/predictions``.
///
/// ## Numerical behavior
/// Because |Ω − ρ| = 1 − Ωρ and W depends on classes only, the sums over pairs are sums over classes of standardised
/// embeddings: no [B, B] array exists, and time is linear in B. An embedding with equal coordinates correlates with
/// nothing, ρ = 0, and gets no gradient from it; so does everything where D/k is 1.
///
/// - Complexity: O(B·D + C²·D).
/// - SeeAlso: A. P. Fard and M. H. Mahoor, *Ad-Corre: Adaptive Correlation-Based Loss for Facial Expression Recognition
///   in the Wild*, IEEE Access 10, 2022; Docs/Correlation.md for the derivation and the readings.
public struct AdCorreLoss<Scalar: TensorScalar>: MetricLoss {
  /// C
  public let classes: Int
  /// How the loss reads the publication.
  public let options: AdCorreOptions

  /// Examples recognised and examples seen of each class, `[C, 2]`.
  public private(set) var record: Tensor<Scalar>

  /// Creates a loss.
  ///
  /// - Precondition: There is a class, and the options have a meaning.
  public init(classes: Int, options: AdCorreOptions = AdCorreOptions()) {
    precondition(classes > 0, "a loss over classes needs at least one, not \(classes)")
    if let objection = options.objection { preconditionFailure(objection) }
    self.classes = classes
    self.options = options
    record = Tensor(zeros: [classes, 2])
  }

  /// Computes the loss, adds `weight` × gradient, and takes the batch's predictions into the record.
  ///
  /// The distances reported are the means of 1 − ρ over pairs of a class and over other pairs.
  ///
  /// - Parameters:
  ///   - batch: Embeddings and labels; predictions unless pairs weigh alike.
  ///   - weight: The factor λ of this loss in the whole objective.
  ///   - gradients: Buffers that are added to; only that of the embeddings is.
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added or observed.
  /// - Precondition: Labels lie in `0..<C`, the dimension is a multiple of the number of embeddings, and sizes fit.
  /// - Complexity: O(B·D + C²·D).
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    let rows = try takingPart(batch)
    let counts = counts(batch, rows)
    let pass = CorrelationPass(batch, rows: rows, classes: classes, recognition: recognition(counts), options: options)
    if gradients.embeddings != nil { pass.accumulate(weight: weight, batch, into: &gradients) }
    if let counts { record = counts }
    return pass.value
  }

  /// The value alone; changes nothing.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    let rows = try takingPart(batch)
    return CorrelationPass(
      batch, rows: rows, classes: classes, recognition: recognition(counts(batch, rows)), options: options
    ).value
  }

  /// Visits `record`.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    var state = MetricState.tensor(record)
    try visit("record", &state)
    guard case .tensor(let restored) = state, restored.shape == record.shape else {
      preconditionFailure("the record is a tensor of shape \(record.shape), and is put back as one")
    }
    record = restored
  }

  /// The samples that take part and are finite.
  private func takingPart(_ batch: MetricBatch<Scalar>) throws(MetricError) -> [Int] {
    precondition(
      batch.dimension.isMultiple(of: options.heads),
      "\(batch.dimension) coordinates are no \(options.heads) embeddings of equal length")
    let mask = try batch.finiteSamples(options.nonFinite)
    let rows = (0..<batch.count).filter { mask?[$0] ?? batch.takesPart($0) }
    for i in rows {
      precondition(
        batch.labels[i] >= 0 && batch.labels[i] < classes,
        "label \(batch.labels[i]) of sample \(i) lies outside 0..<\(classes)")
    }
    return rows
  }

  /// The record with the batch taken in; nil if no record is kept.
  private func counts(_ batch: MetricBatch<Scalar>, _ rows: [Int]) -> Tensor<Scalar>? {
    guard case .recognition(let decay) = options.pairWeight else { return nil }
    let predictions = batch.requiredPredictions
    var counts = record * Scalar(decay)
    for i in rows where predictions[i] >= 0 && predictions[i] < classes {
      if predictions[i] == batch.labels[i] { counts[batch.labels[i], 0] += 1 }
      counts[batch.labels[i], 1] += 1
    }
    return counts
  }

  /// The share of recognised examples of each class, 0 for one that was not seen; nil if pairs weigh alike.
  private func recognition(_ counts: Tensor<Scalar>?) -> [Double]? {
    counts.map { counts in
      (0..<classes).map { counts[$0, 1] > 0 ? Double(counts[$0, 0] / counts[$0, 1]) : 0 }
    }
  }
}
