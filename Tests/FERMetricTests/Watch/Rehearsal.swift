import FERMetric

/// A training without a network: embeddings and attention logits are the parameters, and a linear map classifies them.
///
/// Classes begin as overlapping clouds, so that there is something to learn; every step shows all samples.
struct Rehearsal {
  var embeddings: Tensor<Double>
  var attention: Tensor<Double>?
  var weights: Tensor<Double>
  var centers: ClassCenters<Double>
  var objective: JointObjective<Double>
  var rate: Double
  let labels: [Int]
  var watch: CollapseWatch<Double>

  init(
    _ metric: TripletCenterLoss<Double>?, lambda: Double = 0.1, rate: Double = 1, attends: Bool = false,
    regularizer: AttentionRegularizer = .none, centers: ClassCenters<Double>? = nil
  ) {
    let (samples, dimension, classes) = (28, 12, 7)
    var generator = SeededGenerator(seed: 20)
    labels = (0..<samples).map { $0 % classes }
    let places = Tensor<Double>.normal([classes, dimension], &generator) * 0.5
    embeddings = Tensor<Double>.normal([samples, dimension], &generator)
    for i in 0..<samples {
      for j in 0..<dimension { embeddings[i, j] += places[labels[i], j] }
    }
    attention = attends ? Tensor<Double>.normal([samples, dimension], &generator) * 0.1 : nil
    weights = Tensor<Double>.normal([classes, dimension], &generator) * 0.1
    self.centers = centers ?? ClassCenters(classes: classes, dimension: dimension, seed: 3)
    objective = JointObjective(metric: metric, lambda: lambda, regularizer: regularizer)
    self.rate = rate
    watch = CollapseWatch(for: metric)
  }

  /// Trains, and returns what the watch says.
  mutating func run(steps: Int = 200) throws -> [CollapseWarning] {
    var warnings: [CollapseWarning] = []
    for _ in 0..<steps { warnings += try step() }
    return warnings
  }

  private mutating func step() throws -> [CollapseWarning] {
    let inclusion = attention.map { $0.map { 1 / (1 + Double.exponential(-$0)) } }
    let logits = embeddings.product(weights, transposeRight: true)
    let batch = TensorBatch(
      embeddings: embeddings, labels: labels, centers: centers.matrix, inclusion: inclusion,
      predictions: logits.argmax(alongAxis: 1))
    var byLogits = Tensor<Double>(zeros: logits.shape)
    var gradients = TensorGradients(zerosFor: batch)
    gradients.centers = centers.gradient
    let value = try batch.withViews { views in
      try gradients.withViews { sinks in
        var sink = byLogits.mutableMatrix
        return try objective(logits.matrix, views, logitGradient: &sink, gradients: &sinks)
      }
    }
    let warnings = watch.observe(batch, metric: value.metric, classification: value.crossEntropy)
    // The rate is that of single samples: means over the batch are taken back.
    let own = rate * Double(labels.count) / 10
    let byEmbeddings = gradients.embeddings! + byLogits.product(weights)
    weights = weights - byLogits.product(embeddings, transposeLeft: true) * (rate / 10)
    embeddings = embeddings - byEmbeddings * own
    if let inclusion, let slope = gradients.inclusion {
      let byLogit = slope * (inclusion * inclusion.map { 1 - $0 })
      attention = attention! - byLogit * (10 * own)
    }
    centers.gradient = gradients.centers!
    centers.step(lossWeight: objective.lambda)
    return warnings
  }
}
