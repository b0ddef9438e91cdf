import FERMetric
import FERModels

/// A network that starts as the teacher and goes on with covered faces: by cross-entropy, and by triplets whose positives
/// are the teacher's if the objective has them.
struct Student {
  private(set) var model: ExpressionModel<Float>
  private var objective: JointObjective<Float>
  private var optimizer = StochasticGradientDescent<Float>(momentum: 0.9, weightDecay: 5e-4)
  private let lesson: Lesson

  init(of teacher: ExpressionModel<Float>, _ lesson: Lesson, metric: (any MetricLoss<Float>)?) {
    model = teacher
    objective = JointObjective(metric: metric, lambda: 0.1)
    self.lesson = lesson
  }

  /// Shows every face `epochs` times, in an order that is the same for all students.
  ///
  /// - Returns: The values of each step.
  mutating func learn(epochs: Int) throws -> [JointValue<Float>] {
    var values: [JointValue<Float>] = []
    for epoch in 0..<epochs {
      let plan = BatchPlan(.shuffled, labels: lesson.labels, batchSize: 32, seed: 3, epoch: epoch)
      for batch in plan.batches { values.append(try step(plan.order[batch])) }
    }
    return values
  }

  private mutating func step(_ places: ArraySlice<Int>) throws -> JointValue<Float> {
    let (pictures, labels) = lesson.batch(places)
    let (outputs, trace) = model.forward(pictures)
    var byLogits = Tensor<Float>(zeros: outputs.logits.shape)
    var byEmbeddings = Tensor<Float>(zeros: outputs.embeddings.shape)
    let value = try Self.differentiate(&objective, outputs, labels, lesson, &byLogits, &byEmbeddings)
    model.backward(logits: byLogits, embeddings: byEmbeddings, through: trace)
    model.visitParameters { name, parameter in
      optimizer.update(&parameter.value, gradient: parameter.gradient, named: name, rate: 0.01)
      parameter.clearGradient()
    }
    return value
  }

  /// Adds the gradients of the objective into the buffers. The teacher gets none: it is there to be followed.
  private static func differentiate(
    _ objective: inout JointObjective<Float>, _ outputs: ModelOutputs<Float>, _ labels: [Int], _ lesson: Lesson,
    _ byLogits: inout Tensor<Float>, _ byEmbeddings: inout Tensor<Float>
  ) throws -> JointValue<Float> {
    let (logits, embeddings, references, known) = (
      outputs.logits, outputs.embeddings, lesson.references, lesson.labels
    )
    let batch = MetricBatch(
      embeddings: embeddings.matrix, labels: labels.span, references: references.matrix, referenceLabels: known.span)
    var logitGradient = byLogits.mutableMatrix
    var gradients = MetricGradients(embeddings: byEmbeddings.mutableMatrix)
    return try objective(logits.matrix, batch, logitGradient: &logitGradient, gradients: &gradients)
  }
}
