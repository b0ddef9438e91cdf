import FERMetric
import FERModels

/// A training loop of one's own over the library's network, objective, centers and optimizer.
struct Loop {
  private var model: ExpressionModel<Float>
  private var centers: ClassCenters<Float>
  private var objective: JointObjective<Float>
  private var optimizer = StochasticGradientDescent<Float>(momentum: 0.9, weightDecay: 5e-4)
  private var stripes = Stripes(seed: 1)

  init(metric: any MetricLoss<Float>, lambda: Float) {
    let configuration = ModelConfiguration(depth: .eighteen, stem: .small, width: 0.25, classes: stripes.classes)
    model = ExpressionModel(configuration, seed: 2)
    centers = ClassCenters(classes: stripes.classes, dimension: model.embeddingDim, seed: 3)
    objective = JointObjective(metric: metric, lambda: lambda)
  }

  /// Trains, tells of each step, and ends early if asked to.
  ///
  /// - Returns: The value of the objective at each step.
  mutating func run(
    steps: Int, stop: StopSignal = StopSignal(), onStep: (_ step: Int, _ value: JointValue<Float>) -> Void
  ) throws -> [Float] {
    var values: [Float] = []
    while values.count < steps, !stop.isRequested {
      let value = try step()
      values.append(value.total)
      onStep(values.count, value)
    }
    return values
  }

  // begin step
  private mutating func step() throws -> JointValue<Float> {
    let (pictures, labels) = stripes.batch(32)
    let (outputs, trace) = model.forward(pictures)
    var (byLogits, byEmbeddings) = (
      Tensor<Float>(zeros: outputs.logits.shape), Tensor<Float>(zeros: outputs.embeddings.shape)
    )
    let value = try Self.differentiate(&objective, outputs, labels, &centers, &byLogits, &byEmbeddings)
    model.backward(logits: byLogits, embeddings: byEmbeddings, through: trace)
    model.visitParameters { name, parameter in
      optimizer.update(&parameter.value, gradient: parameter.gradient, named: name, rate: 0.02)
      parameter.clearGradient()
    }
    centers.step(lossWeight: objective.lambda)
    return value
  }

  /// Adds the gradients of the objective into the buffers; views lend each of them once.
  private static func differentiate(
    _ objective: inout JointObjective<Float>, _ outputs: ModelOutputs<Float>, _ labels: [Int],
    _ centers: inout ClassCenters<Float>, _ byLogits: inout Tensor<Float>, _ byEmbeddings: inout Tensor<Float>
  ) throws -> JointValue<Float> {
    let (logits, embeddings, matrix) = (outputs.logits, outputs.embeddings, centers.matrix)
    let batch = MetricBatch(embeddings: embeddings.matrix, labels: labels.span, centers: matrix.matrix)
    var logitGradient = byLogits.mutableMatrix
    var gradients = MetricGradients(
      embeddings: byEmbeddings.mutableMatrix, centers: centers.gradient.mutableMatrix)
    return try objective(logits.matrix, batch, logitGradient: &logitGradient, gradients: &gradients)
  }
  // end step
}
