/// η·(mean a − ρ)² over the weights of samples that take part and are finite.
struct InclusionPenalty<Scalar: TensorScalar> {
  let value: Scalar
  private let slope: Scalar
  private let rows: [Int]

  init?(_ batch: MetricBatch<Scalar>, _ strength: Double, _ target: Double) {
    guard let inclusion = batch.inclusion, batch.count > 0, batch.dimension > 0 else { return nil }
    let kernels = Scalar.metricKernels
    var sums = Tensor<Scalar>(uninitialized: [batch.count])
    var span = sums.mutableSpan
    kernels.rowSums(of: inclusion, into: &span)
    var rows: [Int] = []
    var sum = 0.0
    for i in 0..<batch.count where batch.takesPart(i) && span[i].isFinite {
      rows.append(i)
      sum += Double(span[i])
    }
    guard !rows.isEmpty else { return nil }
    let count = Double(rows.count * batch.dimension)
    let excess = sum / count - target
    value = Scalar(strength * excess * excess)
    slope = Scalar(2 * strength * excess / count)
    self.rows = rows
  }

  func accumulate(into gradients: inout MetricGradients<Scalar>) {
    for i in rows {
      if var row = gradients.inclusion?[row: i] { Scalar.metricKernels.add(slope, to: &row) }
    }
  }
}
