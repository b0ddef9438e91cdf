/// Logits with either labels or soft targets, and marks of which rows take part, checked.
struct CrossEntropyInput<Scalar: TensorScalar>: ~Escapable {
  let logits: MatrixView<Scalar>
  let labels: Span<Int>?
  let targets: MatrixView<Scalar>?
  let included: Span<Bool>?

  @_lifetime(copy logits, copy labels, copy included)
  init(logits: MatrixView<Scalar>, labels: Span<Int>, included: Span<Bool>?) {
    Self.checkShape(logits)
    precondition(labels.count == logits.rows, "\(labels.count) labels do not fit \(logits.rows) rows of logits")
    precondition(
      (included?.count ?? logits.rows) == logits.rows,
      "\(included?.count ?? 0) marks of inclusion do not fit \(logits.rows) rows of logits")
    for i in labels.indices where included?[i] ?? true {
      precondition(
        labels[i] >= 0 && labels[i] < logits.columns,
        "label \(labels[i]) of sample \(i) lies outside 0..<\(logits.columns)")
    }
    self.logits = logits
    self.labels = labels
    self.included = included
    targets = nil
  }

  @_lifetime(copy logits, copy targets)
  init(logits: MatrixView<Scalar>, targets: MatrixView<Scalar>) {
    Self.checkShape(logits)
    precondition(
      targets.rows == logits.rows && targets.columns == logits.columns,
      "targets \(targets.rows)×\(targets.columns) do not fit logits \(logits.rows)×\(logits.columns)")
    self.logits = logits
    labels = nil
    included = nil
    self.targets = targets
  }

  private static func checkShape(_ logits: MatrixView<Scalar>) {
    precondition(logits.columns > 0 || logits.rows == 0, "\(logits.rows) rows of logits have no class")
  }

  /// Which rows take part and are finite, or `nil` if all do.
  func finiteRows(_ policy: NonFinitePolicy) throws(MetricError) -> [Bool]? {
    var mask: [Bool]?
    if let included { mask = included.indices.map { included[$0] } }
    try Self.exclude(logits, .logits, policy, &mask)
    if let targets { try Self.exclude(targets, .targets, policy, &mask) }
    return mask
  }

  private static func exclude(
    _ matrix: MatrixView<Scalar>, _ role: MetricRole, _ policy: NonFinitePolicy, _ mask: inout [Bool]?
  ) throws(MetricError) {
    let kernels = Scalar.metricKernels
    guard kernels.firstNonfinite(in: matrix.elements) != nil else { return }
    for i in 0..<matrix.rows where mask?[i] ?? true {
      guard let column = kernels.firstNonfinite(in: matrix[row: i]) else { continue }
      guard policy == .lenient else { throw .nonFinite(role, row: i, column: column) }
      var marks = mask ?? Array(repeating: true, count: matrix.rows)
      marks[i] = false
      mask = marks
    }
  }

  /// One over the denominator of the mean; 0 where that is 0.
  func scale(classWeights: [Scalar]?, included: [Bool]?) -> Double {
    precondition(
      (classWeights?.count ?? logits.columns) == logits.columns,
      "\(classWeights?.count ?? 0) class weights do not fit \(logits.columns) classes")
    var denominator = 0.0
    for i in 0..<logits.rows where included?[i] ?? true {
      if let labels, let classWeights {
        denominator += Double(classWeights[labels[i]])
      } else {
        denominator += 1
      }
    }
    return denominator > 0 ? 1 / denominator : 0
  }
}
