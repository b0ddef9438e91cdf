internal import FERMetric

/// Everything that changes during a training, and nothing else: what a checkpoint holds.
struct TrainingState: Sendable {
  var model: ExpressionModel<Float>
  var optimizer: StochasticGradientDescent<Float>
  var objective: JointObjective<Float>
  var centers: ClassCenters<Float>?
  var counters = Counters()
  /// Looks for a collapse. It is no part of what a checkpoint holds: a resumed training is watched anew.
  private var watch: CollapseWatch<Float>
  /// What the watch noticed in the last step.
  private(set) var warnings: [CollapseWarning] = []
  private let attentionRateFactor: Double

  /// Where a training stands.
  struct Counters: Codable, Equatable, Sendable {
    /// Epochs that are done.
    var epoch = 0
    /// Steps that are done in the epoch at hand.
    var stepInEpoch = 0
    /// Steps that are done since the beginning.
    var step = 0
    /// The epoch at hand so far.
    var statistics = EpochStatistics()
    /// The best epoch so far.
    var best: BestEpoch?

    /// Whether nothing is counted below zero, or so far above what a training reaches that counting on overflows.
    var areCounts: Bool {
      [epoch, stepInEpoch, step].allSatisfy(EpochStatistics.counts.contains) && statistics.areCounts
    }
  }

  /// The epoch whose model is kept as the best.
  struct BestEpoch: Codable, Equatable, Sendable {
    /// Counted from 1.
    var epoch: Int
    /// The accuracy on the validation split; nil without one.
    var accuracy: Double?
  }

  /// The state at the beginning.
  ///
  /// - Parameters:
  ///   - configuration: What determines the training.
  ///   - counts: The number of training pictures of each class.
  ///   - objective: An objective of the caller's, in place of the configuration's.
  init(_ configuration: TrainingConfiguration, counts: [Int], objective: JointObjective<Float>?) {
    attentionRateFactor = configuration.attentionRateFactor
    model = ExpressionModel(configuration.model, seed: configuration.seed)
    optimizer = StochasticGradientDescent(
      momentum: Float(configuration.momentum), weightDecay: Float(configuration.weightDecay))
    let (classes, dimension, seed) = (configuration.model.classes, model.embeddingDim, configuration.seed)
    let term = configuration.objectiveTerms.first
    let batchSize = EpochPlan.largestBatch(ofSize: configuration.batchSize)
    self.objective =
      objective ?? term?.objective(counts: counts, dimension: dimension, batchSize: batchSize, seed: seed)
      ?? JointObjective(metric: nil)
    watch = CollapseWatch(for: self.objective.metric)
    if self.objective.metric != nil {
      // An objective of the caller's may need centers.
      let source: any ObjectiveTerm = term ?? MetricTerm.amtc3l()
      centers = source.centers(classes: classes, dimension: dimension, seed: seed)
    }
  }

  /// Trains on one batch.
  ///
  /// - Parameters:
  ///   - references: What a teacher makes of the pictures, for losses that compare with one.
  /// - Returns: The objective.
  /// - Throws: ``MetricError`` for numbers that are not finite; neither model nor centers have changed then.
  mutating func train(
    on batch: PictureBatch, references: Tensor<Float>? = nil, rate: Double
  ) throws(MetricError) -> Float {
    let labels = batch.labels
    let (outputs, trace) = model.forward(batch.pixels)
    let predictions = outputs.logits.argmax(alongAxis: 1)
    let metricBatch = TensorBatch(
      embeddings: outputs.embeddings, labels: labels, centers: centers?.matrix, inclusion: outputs.inclusion,
      predictions: predictions, identities: batch.identities, weights: outputs.sampleWeights?.array,
      references: references, referenceLabels: references == nil ? nil : labels)

    var logitGradient = Tensor<Float>(zeros: outputs.logits.shape)
    var gradients = TensorGradients<Float>()
    if objective.metric != nil {
      gradients.embeddings = Tensor(zeros: outputs.embeddings.shape)
      gradients.centers = centers?.gradient
      gradients.inclusion = outputs.inclusion.map { Tensor(zeros: $0.shape) }
      gradients.weights = outputs.sampleWeights.map { Tensor(zeros: $0.shape) }
    }
    // Before the step is counted, which a schedule of margins goes by.
    let margins = margins(of: metricBatch)
    let value = try evaluate(outputs.logits, metricBatch, &logitGradient, &gradients)
    guard value.total.isFinite else { return value.total }
    record(value, of: metricBatch, margins: margins, logits: outputs.logits, predictions: predictions)
    warnings = watch.observe(metricBatch, metric: value.metric, classification: value.crossEntropy)

    model.backward(
      logits: logitGradient, embeddings: gradients.embeddings, inclusion: gradients.inclusion,
      sampleWeights: gradients.weights, through: consume trace)
    optimizer.step(&model, rate: Float(rate), attentionFactor: Float(attentionRateFactor))
    objective.visitParameters { name, parameter in
      optimizer.update(
        &parameter.value, gradient: parameter.gradient, named: "objective." + name, rate: Float(rate))
      parameter.clearGradient()
    }
    if let gradient = gradients.centers {
      centers?.gradient = gradient
      moveCenters(outputs, labels)
    }
    counters.step += 1
    counters.stepInEpoch += 1
    return value.total
  }

  private mutating func evaluate(
    _ logits: Tensor<Float>, _ batch: TensorBatch<Float>, _ logitGradient: inout Tensor<Float>,
    _ gradients: inout TensorGradients<Float>
  ) throws(MetricError) -> JointValue<Float> {
    // Moved out, not copied: the loss keeps memory from step to step, which a second owner would make it copy.
    var objective = JointObjective<Float>(metric: nil)
    swap(&objective, &self.objective)
    defer { swap(&objective, &self.objective) }
    return try batch.withViews { (views) throws(MetricError) in
      try gradients.withViews { (sinks) throws(MetricError) in
        var byLogits = logitGradient.mutableMatrix
        return try objective(logits.matrix, views, logitGradient: &byLogits, gradients: &sinks)
      }
    }
  }

  private mutating func moveCenters(_ outputs: ModelOutputs<Float>, _ labels: [Int]) {
    if let inclusion = outputs.inclusion {
      centers?.step(
        embeddings: outputs.embeddings.matrix, labels: labels.span, inclusion: inclusion.matrix,
        lossWeight: objective.lambda)
    } else {
      centers?.step(embeddings: outputs.embeddings.matrix, labels: labels.span, lossWeight: objective.lambda)
    }
  }

  /// The margins of a batch, where they do not wait for the choice of negatives.
  private func margins(of batch: TensorBatch<Float>) -> Tensor<Float>? {
    guard let margin = (objective.metric as? TripletCenterLoss<Float>)?.margin, !margin.dependsOnSelection else {
      return nil
    }
    var margins = Tensor<Float>(zeros: [batch.labels.count])
    batch.withViews { views in
      var places = margins.mutableSpan
      margin.margins(for: views, into: &places)
    }
    return margins
  }

  private mutating func record(
    _ value: JointValue<Float>, of batch: TensorBatch<Float>, margins: Tensor<Float>?, logits: Tensor<Float>,
    predictions: [Int]
  ) {
    let count = batch.labels.count
    let correct = zip(predictions, batch.labels).count { $0 == $1 }
    counters.statistics.add(
      objective: Double(value.total), crossEntropy: Double(value.crossEntropy),
      metricLoss: Double(value.metric?.value ?? 0), correct: correct, count: count)
    if let weights = batch.weights { counters.statistics.addSampleWeights(weights) }
    guard let metric = value.metric else { return }
    counters.statistics.addHinges(activeFraction: Double(metric.activeFraction), count: metric.validCount)
    if let inclusion = batch.inclusion { counters.statistics.addInclusion(inclusion.span) }
    guard let margins else { return }
    let logarithms = logits.logSoftmax()
    for (i, label) in batch.labels.enumerated() {
      counters.statistics.add(margin: Double(margins[i]), crossEntropy: -Double(logarithms[i, label]))
    }
  }
}

extension StochasticGradientDescent {
  /// Moves all parameters of a model, those of the attention at a rate of their own, and sets their gradients to zero.
  mutating func step(_ model: inout some Parameterized<Scalar>, rate: Scalar, attentionFactor: Scalar = 1) {
    model.visitParameters { name, parameter in
      let factor = name.hasPrefix("attention.") ? attentionFactor : 1
      update(&parameter.value, gradient: parameter.gradient, named: name, rate: factor * rate)
      parameter.clearGradient()
    }
  }
}
