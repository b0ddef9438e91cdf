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

  /// Lends a batch in the form of the setting: as its tensors do, or as views of plain arrays.
  func lend<R>(_ batch: TensorBatch<Scalar>, _ body: (MetricBatch<Scalar>) throws -> R) throws -> R {
    guard form == .views else { return try batch.withViews(body) }
    let (rows, columns, classes) = (batch.labels.count, batch.embeddings.shape[1], batch.centers?.shape[0] ?? 0)
    let (x, c, a) = (batch.embeddings.array, batch.centers?.array ?? [], batch.inclusion?.array ?? [])
    let (predictions, margins, included) = (batch.predictions ?? [], batch.margins ?? [], batch.included ?? [])
    return try body(
      MetricBatch(
        embeddings: MatrixView(x.span, rows: rows, columns: columns), labels: batch.labels.span,
        centers: batch.centers == nil ? nil : MatrixView(c.span, rows: classes, columns: columns),
        inclusion: batch.inclusion == nil ? nil : MatrixView(a.span, rows: rows, columns: columns),
        predictions: batch.predictions == nil ? nil : predictions.span,
        margins: batch.margins == nil ? nil : margins.span,
        included: batch.included == nil ? nil : included.span))
  }

  /// Lends a matrix in the form of the setting.
  func lend<R>(matrix: Tensor<Scalar>, _ body: (MatrixView<Scalar>) throws -> R) rethrows -> R {
    guard form == .views else { return try body(matrix.matrix) }
    let elements = matrix.array
    return try body(MatrixView(elements.span, rows: matrix.shape[0], columns: matrix.shape[1]))
  }

  /// Lends a matrix to add into, in the form of the setting.
  func lend<R>(sink: inout Tensor<Scalar>, _ body: (inout MutableMatrixView<Scalar>) throws -> R) rethrows -> R {
    guard form == .views else {
      var matrix = sink.mutableMatrix
      return try body(&matrix)
    }
    let (rows, columns) = (sink.shape[0], sink.shape[1])
    var elements = sink.array
    var matrix = MutableMatrixView(elements.mutableSpan, rows: rows, columns: columns)
    let result = try body(&matrix)
    sink = Tensor(elements, shape: [rows, columns])
    return result
  }

  /// Lends fresh gradients in the form of the setting, and gives back what was added.
  func collect<R>(
    for batch: TensorBatch<Scalar>, _ body: (inout MetricGradients<Scalar>) throws -> R
  ) throws -> (R, TensorGradients<Scalar>) {
    guard form == .views else {
      var gradients = TensorGradients(zerosFor: batch)
      let result = try gradients.withViews(body)
      return (result, gradients)
    }
    let (rows, columns, classes) = (batch.labels.count, batch.embeddings.shape[1], batch.centers!.shape[0])
    var x = [Scalar](repeating: 0, count: rows * columns)
    var c = [Scalar](repeating: 0, count: classes * columns)
    var a = x
    var m = [Scalar](repeating: 0, count: rows)
    var sinks = MetricGradients(
      embeddings: MutableMatrixView(x.mutableSpan, rows: rows, columns: columns),
      centers: MutableMatrixView(c.mutableSpan, rows: classes, columns: columns),
      inclusion: MutableMatrixView(a.mutableSpan, rows: rows, columns: columns), margins: m.mutableSpan)
    let result = try body(&sinks)
    return (
      result,
      TensorGradients(
        embeddings: Tensor(x, shape: [rows, columns]), centers: Tensor(c, shape: [classes, columns]),
        inclusion: Tensor(a, shape: [rows, columns]), margins: Tensor(m))
    )
  }

  /// The training call, with fresh gradients.
  func train(
    _ loss: inout some MetricLoss<Scalar>, _ batch: TensorBatch<Scalar>, weight: Scalar = 1
  ) throws -> (value: LossValue<Scalar>, gradients: TensorGradients<Scalar>) {
    guard form == .views else { return try loss(batch, weight: weight) }
    let (value, gradients) = try lend(batch) { views in
      try collect(for: batch) { sinks in try loss(views, weight: weight, accumulatingInto: &sinks) }
    }
    return (value, gradients)
  }

  /// What a loss reports without training.
  func report(_ loss: some MetricLoss<Scalar>, _ batch: TensorBatch<Scalar>) throws -> LossValue<Scalar> {
    guard form == .views else { return try loss.value(for: batch) }
    return try lend(batch) { try loss.value(for: $0) }
  }

  /// The value alone.
  func value(_ loss: some MetricLoss<Scalar>, _ batch: TensorBatch<Scalar>) throws -> Scalar {
    try report(loss, batch).value
  }

  /// The negatives that a sampler chooses.
  func select(_ sampler: some NegativeSampler<Scalar>, _ batch: TensorBatch<Scalar>) throws -> NegativeSelection {
    try lend(batch) { try sampler.selection(for: $0) }
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

  /// Compares numbers by the norm of the difference relative to that of what they should be.
  func expectRelative(
    _ actual: [Scalar], _ expected: [Scalar], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    #expect(actual.count == expected.count, sourceLocation: sourceLocation)
    let size = norm(expected.map { Double($0) })
    let error = norm(zip(actual, expected).map { Double($0) - Double($1) })
    #expect(size > 0, "there is nothing to compare with", sourceLocation: sourceLocation)
    #expect(error <= tolerance * size, "off by \(error / size)", sourceLocation: sourceLocation)
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
