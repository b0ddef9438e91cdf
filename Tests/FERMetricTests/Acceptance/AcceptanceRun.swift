import FERMetric
import Testing

/// One way of running an acceptance test: a number type, a form of call, a backend.
struct AcceptanceSetting: Sendable, CustomTestStringConvertible {
  enum Form: String, CaseIterable { case views, tensors }

  let form: Form
  let isDouble: Bool
  let backend: Backend

  /// Every form on every compiled backend, in both precisions.
  static var all: [AcceptanceSetting] {
    Backend.compiled.flatMap { backend in
      Form.allCases.flatMap { form in
        [false, true].map { AcceptanceSetting(form: form, isDouble: $0, backend: backend) }
      }
    }
  }

  var testDescription: String { "\(isDouble ? "Double" : "Float"), \(form.rawValue), \(backend)" }

  /// Runs one generic test in this setting.
  func run(_ single: (AcceptanceRun<Float>) throws -> Void, _ double: (AcceptanceRun<Double>) throws -> Void) throws {
    try withBackend(backend) {
      if isDouble {
        try double(AcceptanceRun(form: form, tolerance: 1e-12))
      } else {
        try single(AcceptanceRun(form: form, tolerance: 1e-6))
      }
    }
  }
}

/// What an acceptance test works with: calls in the form of the setting, and comparisons in its precision.
struct AcceptanceRun<Scalar: TensorScalar> {
  let form: AcceptanceSetting.Form
  let tolerance: Double

  /// ln 3: σ is a half at 0, three quarters here and one quarter at −ln 3.
  let ln3 = Scalar.logarithm(3)

  /// The training call, with fresh gradients.
  func train(
    _ loss: inout some MetricLoss<Scalar>, _ batch: TensorBatch<Scalar>, weight: Scalar = 1
  ) throws -> (value: LossValue<Scalar>, gradients: TensorGradients<Scalar>) {
    guard form == .views else { return try loss(batch, weight: weight) }
    var gradients = (
      [Scalar](repeating: 0, count: batch.embeddings.count),
      [Scalar](repeating: 0, count: batch.centers!.count),
      [Scalar](repeating: 0, count: batch.embeddings.count),
      [Scalar](repeating: 0, count: batch.labels.count)
    )
    let (rows, columns, classes) = (batch.labels.count, batch.embeddings.shape[1], batch.centers!.shape[0])
    var (x, c, a, m) = gradients
    let value = try batch.withViews { views in
      var sinks = MetricGradients(
        embeddings: MutableMatrixView(x.mutableSpan, rows: rows, columns: columns),
        centers: MutableMatrixView(c.mutableSpan, rows: classes, columns: columns),
        inclusion: MutableMatrixView(a.mutableSpan, rows: rows, columns: columns), margins: m.mutableSpan)
      return try loss(views, weight: weight, accumulatingInto: &sinks)
    }
    gradients = (x, c, a, m)
    return (
      value,
      TensorGradients(
        embeddings: Tensor(x, shape: [rows, columns]), centers: Tensor(c, shape: [classes, columns]),
        inclusion: Tensor(a, shape: [rows, columns]), margins: Tensor(m))
    )
  }

  /// The value alone.
  func value(_ loss: some MetricLoss<Scalar>, _ batch: TensorBatch<Scalar>) throws -> Scalar {
    try loss.value(for: batch).value
  }

  /// Compares a number with what it should be, to the tolerance times the larger of 1 and the number.
  func expect(
    _ actual: Scalar, _ expected: Double, within bound: Double? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let allowed = (bound ?? tolerance) * max(1, expected.magnitude)
    #expect(
      (Double(actual) - expected).magnitude <= allowed, "\(actual) is not \(expected)", sourceLocation: sourceLocation)
  }

  /// Compares all numbers.
  func expect(
    _ actual: [Scalar], _ expected: [Double], within bound: Double? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(actual.count == expected.count, sourceLocation: sourceLocation)
    for (a, e) in zip(actual, expected) { expect(a, e, within: bound, sourceLocation: sourceLocation) }
  }

  /// Fixture F1: one sample at (0, ln 3), its center at 0, the negative at (ln 3, −ln 3).
  func fixture1(inclusion: [Scalar]? = [1, 1]) -> TensorBatch<Scalar> {
    TensorBatch(
      embeddings: Tensor([0, ln3], shape: [1, 2]), labels: [0], centers: Tensor([0, 0, ln3, -ln3], shape: [2, 2]),
      inclusion: inclusion.map { Tensor($0, shape: [1, 2]) })
  }

  /// A batch of normal embeddings and centers with uniform weights, labels and predictions.
  func randomBatch(
    samples: Int, classes: Int, dimension: Int, seed: UInt64, binaryWeights: Bool = false
  ) -> TensorBatch<Scalar> {
    var generator = SeededGenerator(seed: seed)
    let embeddings = Tensor<Scalar>.normal([samples, dimension], &generator)
    let centers = Tensor<Scalar>.normal([classes, dimension], &generator)
    var weights = Tensor<Scalar>.uniform([samples, dimension], in: 0.05...0.95, &generator)
    if binaryWeights { weights = weights.map { $0 < 0.5 ? 0 : 1 } }
    let labels = (0..<samples).map { _ in generator.next(below: classes) }
    let predictions = (0..<samples).map { _ in generator.next(below: classes) }
    return TensorBatch(
      embeddings: embeddings, labels: labels, centers: centers, inclusion: weights, predictions: predictions)
  }
}
