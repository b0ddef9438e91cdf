/// The triplet-center loss: each embedding nearer to its own center than to a negative center, by a margin.
///
/// For embeddings xᵢ with labels yᵢ, own center c⁺, negative center c⁻ and inclusion weights a, in the default reading,
///
///     ℓᵢ = Σⱼ aᵢⱼ [(σ(xᵢⱼ) − σ(c⁺ⱼ))² − (σ(xᵢⱼ) − σ(c⁻ⱼ))²] + mᵢ ,   L = mean over valid i of max(0, ℓᵢ)
///
/// The sampler chooses the negative center, for each sample or for each coordinate; the margin generator gives mᵢ.
/// With ``AdaptiveMarginGenerator`` this is AMTC3L, with ``ConstantMargin`` and no inclusion weights TC3L; with
/// ``NearestCenterSampler``, roots and no squash the triplet-center loss of He et al.
///
/// With the lossless margin κ = 1 every sample stays active, but ℓ is affine in σ(x): nothing pulls an embedding to
/// its center except saturation. A positive weight above 1, κ below 1 or the log form change that; keep the loss's
/// weight λ small otherwise (0.01 to 0.1 for D = 128 to 512 in the sum).
///
///     var loss = TripletCenterLoss<Float>.amtc3l(sampler: .mixed())
///     var gradients = MetricGradients(embeddings: dx.mutableMatrix, centers: dc.mutableMatrix)
///     let value = try loss(batch, weight: 0.01, accumulatingInto: &gradients)
///
/// ## Numerical behavior
/// σ and its slope come from one exponential, and extremes give zero gradient and no NaN. The choice of negatives
/// is a constant for the gradient. A batch without valid samples gives 0 and adds nothing. Sums over coordinates are
/// vectorised: the last bit may differ between processors, never between two runs on one.
///
/// - Complexity: O(B·D + C·D) beside selection; memory comes from the pool.
/// - SeeAlso: Rajoli, Lotfi, Atyabi and Afghah, *Triplet Loss-less Center Loss Sampling Strategies in Facial Expression
///   Recognition Scenarios*, 2023; Docs/Method.md says which reading this is.
public struct TripletCenterLoss<Scalar: TensorScalar>: MetricLoss {
  /// Who chooses the negative centers.
  public var sampler: any NegativeSampler<Scalar> {
    get { chooser }
    set {
      chooser = newValue
      (comparesOnly, synthesiser) = Self.abilities(of: newValue, margin)
    }
  }
  /// Who gives each sample its margin.
  public private(set) var margin: any MarginGenerator<Scalar>
  /// How the loss reads the paper.
  public let options: TripletCenterOptions
  /// Whether ``LossValue/samples`` is filled.
  public var reportsSamples = false

  // Lets tests run the general pass where the fused kernel would do.
  var forcesGeneralPass = false

  private var chooser: any NegativeSampler<Scalar>
  // Whether sampler and margins may be called before the batch was looked at for NaN.
  private(set) var comparesOnly: Bool
  // The sampler again, if the fused pass can put its negatives together and nobody else looks at them.
  private(set) var synthesiser: (any SynthesisingSampler<Scalar>)?

  // Kept from step to step, so that its memory is reused.
  private var selection = NegativeSelection()

  /// Creates a loss from a sampler, a margin generator and options.
  ///
  /// - Precondition: The options have a meaning together (``TripletCenterOptions/objection`` is `nil`). With the log form
  ///   margins have to bound the distances, which is checked when the loss is called, because D matters.
  public init(
    sampler: any NegativeSampler<Scalar> = .mathSynth(), margin: any MarginGenerator<Scalar> = .adaptive(),
    options: TripletCenterOptions
  ) {
    if let objection = options.objection { preconditionFailure(objection) }
    chooser = sampler
    (comparesOnly, synthesiser) = Self.abilities(of: sampler, margin)
    self.margin = margin
    self.options = options
  }

  /// Creates a loss; every option defaults to the reading of Docs/Method.md.
  ///
  /// - Precondition: The options have a meaning together.
  public init(
    sampler: any NegativeSampler<Scalar> = .mathSynth(), margin: any MarginGenerator<Scalar> = .adaptive(),
    squash: Squash = .elements, squashScale: Double = 1, attentionMode: AttentionMode = .distance,
    attentionOn: AttentionScope = .both, dimensionReduction: DimensionReduction = .sum,
    batchReduction: BatchReduction = .mean, power: DistancePower = .squared, distanceScale: Double = 1,
    negativeCenterGradient: Bool = true, form: LossForm = .hinge, positiveWeight: Double = 1,
    nonFinite: NonFinitePolicy = .strict
  ) {
    var options = TripletCenterOptions()
    options.squash = squash
    options.squashScale = squashScale
    options.attentionMode = attentionMode
    options.attentionOn = attentionOn
    options.dimensionReduction = dimensionReduction
    options.batchReduction = batchReduction
    options.power = power
    options.distanceScale = distanceScale
    options.negativeCenterGradient = negativeCenterGradient
    options.form = form
    options.positiveWeight = positiveWeight
    options.nonFinite = nonFinite
    self.init(sampler: sampler, margin: margin, options: options)
  }

  /// Computes the loss, adds `weight` × gradient, and lets the sampler observe the batch.
  ///
  /// - Parameters:
  ///   - batch: Embeddings, labels and centers; inclusion weights, predictions and margins as the parts need them.
  ///   - weight: The factor λ of this loss in the whole objective.
  ///   - gradients: Buffers that are added to. Gradients of margins are added for every generator.
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been added or observed.
  /// - Precondition: Labels lie in `0..<C`, and every buffer has its batch's size.
  /// - Complexity: O(B·D + C·D) beside selection.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, accumulatingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    var chosen = NegativeSelection()
    swap(&chosen, &selection)
    defer { swap(&chosen, &selection) }
    if let mask = try finiteSamples(of: batch) {
      return train(on: batch.including(mask.span), &chosen, weight: weight, gradients: &gradients)
    }
    return train(on: batch, &chosen, weight: weight, gradients: &gradients)
  }

  /// The same with gradients that are written: what the buffers hold is neither read nor kept, so that nobody has to fill
  /// them with zeros before.
  ///
  /// With the samplers of this library and margins that are constant, adaptive or come with the batch, it is also faster:
  /// the pass over the batch looks for numbers that are not finite on its way.
  ///
  /// - Parameters:
  ///   - batch: Embeddings, labels and centers; inclusion weights, predictions and margins as the parts need them.
  ///   - weight: The factor λ of this loss in the whole objective.
  ///   - gradients: Buffers that are written.
  /// - Throws: ``MetricError`` for numbers that are not finite; nothing has then been observed, and the buffers hold
  ///   anything.
  /// - Precondition: Labels lie in `0..<C`, and every buffer has its batch's size.
  /// - Complexity: O(B·D + C·D) beside selection.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func callAsFunction(
    _ batch: MetricBatch<Scalar>, weight: Scalar = 1, writingInto gradients: inout MetricGradients<Scalar>
  ) throws(MetricError) -> LossValue<Scalar> {
    gradients.checkSizes(for: batch)
    batch.checkLabels()
    if comparesOnly && isFused(for: batch) && batch.hasFiniteFigures {
      var chosen = NegativeSelection()
      swap(&chosen, &selection)
      defer { swap(&chosen, &selection) }
      gradients.clearFigures()
      if let result = evaluate(batch, &chosen, weight: weight, gradients: &gradients, use: .written) {
        observe(batch, result, chosen)
        return result.value
      }
    }
    // The other call says which number is not finite, or leaves its sample out.
    gradients.clear()
    return try self(batch, weight: weight, accumulatingInto: &gradients)
  }

  /// The value alone, with the negatives that the training call would choose; changes nothing.
  ///
  /// - Throws: ``MetricError`` for numbers that are not finite.
  public func value(for batch: MetricBatch<Scalar>) throws(MetricError) -> LossValue<Scalar> {
    var chosen = NegativeSelection()
    var none = MetricGradients<Scalar>()
    if let mask = try finiteSamples(of: batch) {
      return evaluate(batch.including(mask.span), &chosen, weight: 0, gradients: &none, use: .none)!.value
    }
    return evaluate(batch, &chosen, weight: 0, gradients: &none, use: .none)!.value
  }

  /// Visits the sampler's records under `sampler.`, and the margin generator's under `margin.`.
  public mutating func visitState(_ visit: MetricStateVisitor<Scalar>) rethrows {
    try chooser.visitState { name, state in try visit("sampler." + name, &state) }
    try margin.visitState { name, state in try visit("margin." + name, &state) }
  }

  // What sampler and margins allow, found once and not in each step.
  private static func abilities(
    of sampler: any NegativeSampler<Scalar>, _ margin: any MarginGenerator<Scalar>
  ) -> (comparesOnly: Bool, synthesiser: (any SynthesisingSampler<Scalar>)?) {
    guard sampler is any ComparesOnly && margin is any ComparesOnly else { return (false, nil) }
    let synthesiser = sampler as? any SynthesisingSampler<Scalar>
    return (true, synthesiser?.space == .raw ? synthesiser : nil)
  }

  /// A training step on samples known to be finite: value and gradients, then the records of sampler and margins.
  private mutating func train(
    on batch: MetricBatch<Scalar>, _ selection: inout NegativeSelection, weight: Scalar,
    gradients: inout MetricGradients<Scalar>
  ) -> LossValue<Scalar> {
    let result = evaluate(batch, &selection, weight: weight, gradients: &gradients, use: .added)!
    observe(batch, result, selection)
    return result.value
  }

  private mutating func observe(
    _ batch: MetricBatch<Scalar>, _ result: Evaluation, _ selection: NegativeSelection
  ) {
    let slopes = result.slopes
    margin.observe(batch, slopes: slopes?.span, selection: selection)
    chooser.observe(batch)
  }

  private func finiteSamples(of batch: MetricBatch<Scalar>) throws(MetricError) -> [Bool]? {
    batch.checkLabels()
    return try batch.finiteSamples(options.nonFinite)
  }
}
