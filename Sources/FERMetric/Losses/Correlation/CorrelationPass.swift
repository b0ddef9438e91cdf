/// One evaluation of ``AdCorreLoss``: the value, and what its gradient needs.
///
/// All sums over pairs are sums over classes or over embeddings of standardised rows û: with S_p = Σ of û over class p
/// and T_p = Σ_q Ω_pq W_pq S_q, the pairs of one embedding give Σ_{i≠j} Ω W ρ = Σ_p S_p·T_p − Σᵢ Wᵢᵢ |ûᵢ|².
struct CorrelationPass<Scalar: TensorScalar> {
  let value: LossValue<Scalar>

  private let options: AdCorreOptions
  private let rows: [Int]
  private let heads: Int
  private let width: Int
  /// `[B·k, d]`
  private let units: StandardizedRows<Scalar>
  /// T: `[k·C, d]`
  private let pulls: Tensor<Scalar>
  /// W_pp
  private let ownWeights: [Scalar]
  private let means: ClassMeans<Scalar>

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(
    _ batch: MetricBatch<Scalar>, rows: [Int], classes: Int, recognition: [Double]?, options: AdCorreOptions
  ) {
    let kernels = Scalar.metricKernels
    let heads = options.heads
    let width = batch.dimension / heads
    let count = Double(rows.count)
    let parts = MatrixView(batch.embeddings.elements, rows: batch.count * heads, columns: width)
    let units = StandardizedRows(parts)
    let tally = ClassSums(units.units.matrix, batch.labels, rows, heads: heads, classes: classes)
    let difficulty = (0..<classes).map { 1 - (recognition?[$0] ?? 1) }

    var pulls = Tensor<Scalar>(zeros: [heads * classes, width])
    var target = pulls.mutableMatrix
    var (feature, likeness, otherness) = (0.0, 0.0, 0.0)
    var (likePairs, otherPairs) = (0.0, 0.0)
    let sums = tally.sums.matrix
    for h in 0..<heads {
      for p in 0..<classes {
        for q in 0..<classes where tally.counts[p] > 0 && tally.counts[q] > 0 {
          let weight = 1 + difficulty[p] + difficulty[q]
          let sign: Double = p == q ? 1 : -1
          var pull = target[row: h * classes + p]
          kernels.add(sums[row: h * classes + q], scaledBy: Scalar(sign * weight), to: &pull)
          let pairs = tally.counts[p] * (p == q ? tally.counts[p] - 1 : tally.counts[q])
          let product =
            kernels.product(sums[row: h * classes + p], sums[row: h * classes + q])
            - (p == q ? tally.squares[h * classes + p] : 0)
          feature += weight * (pairs - sign * product)
          if p == q {
            (likePairs, likeness) = (likePairs + pairs, likeness + pairs - product)
          } else {
            (otherPairs, otherness) = (otherPairs + pairs, otherness + pairs - product)
          }
        }
      }
    }
    feature = rows.isEmpty ? 0 : max(0, feature) / (Double(heads) * count * count)

    means = ClassMeans(parts, batch.labels, rows, heads: heads, counts: tally.counts, kind: options.means)
    let between = Self.betweenEmbeddings(units, rows, heads: heads)
    let total =
      options.featureWeight * feature + options.meanWeight * means.value + options.embeddingWeight * between
    value = LossValue(
      value: Scalar(total), validCount: rows.count, activeFraction: rows.isEmpty ? 0 : 1,
      meanPositiveDistance: Scalar(likePairs > 0 ? likeness / likePairs : 0),
      meanNegativeDistance: Scalar(otherPairs > 0 ? otherness / otherPairs : 0))
    ownWeights = difficulty.map { Scalar(1 + 2 * $0) }
    (self.options, self.rows, self.heads, self.width) = (options, rows, heads, width)
    (self.units, self.pulls) = (units, pulls)
  }

  /// L_E
  private static func betweenEmbeddings(_ units: StandardizedRows<Scalar>, _ rows: [Int], heads: Int) -> Double {
    guard heads > 1 && !rows.isEmpty else { return 0 }
    let matrix = units.units.matrix
    var sum = 0.0
    for i in rows {
      var all = Tensor<Scalar>(zeros: [matrix.columns])
      var span = all.mutableSpan
      var squares = 0.0
      for h in 0..<heads {
        Scalar.metricKernels.add(matrix[row: i * heads + h], scaledBy: 1, to: &span)
        squares += units.square(i * heads + h)
      }
      sum += Double(heads * (heads - 1)) + Scalar.metricKernels.product(all.span, all.span) - squares
    }
    return max(0, sum) / (Double(rows.count) * Double(heads * heads))
  }

  /// Adds `weight` × gradient.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func accumulate(
    weight: Scalar, _ batch: MetricBatch<Scalar>, into gradients: inout MetricGradients<Scalar>
  ) {
    guard !rows.isEmpty else { return }
    let kernels = Scalar.metricKernels
    let (count, k) = (Double(rows.count), Double(heads))
    let byFeature = weight * Scalar(-2 * options.featureWeight / (k * count * count))
    let byEmbedding = weight * Scalar(2 * options.embeddingWeight / (count * k * k))
    let classes = pulls.shape[0] / max(1, heads)
    let matrix = units.units.matrix
    let pull = pulls.matrix
    var all = Tensor<Scalar>(zeros: [width])
    var slope = Tensor<Scalar>(zeros: [width])
    for i in rows {
      let label = batch.labels[i]
      var sum = all.mutableSpan
      kernels.fill(&sum, with: 0)
      for h in 0..<heads { kernels.add(matrix[row: i * heads + h], scaledBy: 1, to: &sum) }
      for h in 0..<heads {
        var g = slope.mutableSpan
        kernels.fill(&g, with: 0)
        kernels.add(pull[row: h * classes + label], scaledBy: byFeature, to: &g)
        if heads > 1 { kernels.add(sum.span, scaledBy: byEmbedding, to: &g) }
        kernels.add(
          matrix[row: i * heads + h], scaledBy: -byFeature * ownWeights[label] - (heads > 1 ? byEmbedding : 0), to: &g)
        var row = gradients.embeddings![row: i]
        var part = row._mutatingExtracting(h * width..<(h + 1) * width)
        units.accumulate(g.span, row: i * heads + h, into: &part)
      }
    }
    means.accumulate(weight: weight * Scalar(options.meanWeight), batch.labels, rows, into: &gradients)
  }
}
