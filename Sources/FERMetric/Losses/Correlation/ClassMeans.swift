/// The mean discriminator: means of classes, their correlations, and the gradient.
struct ClassMeans<Scalar: TensorScalar> {
  /// L_M
  let value: Double

  /// The weight of samples of other classes in a class's mean.
  private let share: Double
  private let heads: Int
  /// The classes that are compared.
  private let classes: [Int]
  /// The weights of all samples in each class's mean, summed.
  private let masses: [Double]
  /// `[k·P, d]`
  private let units: StandardizedRows<Scalar>
  /// The sums over classes of the standardised means, `[k, d]`.
  private let totals: Tensor<Scalar>

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(
    _ parts: MatrixView<Scalar>, _ labels: Span<Int>, _ rows: [Int], heads: Int, counts: [Double],
    kind: AdCorreOptions.Means
  ) {
    let (width, count) = (parts.columns, Double(rows.count))
    let share = kind == .all ? 1e-7 : 0
    (self.share, self.heads) = (share, heads)
    let classes = counts.indices.filter { !rows.isEmpty && (kind == .all || counts[$0] > 0) }
    let tally = ClassSums(parts, labels, rows, heads: heads, classes: counts.count)
    let sums = tally.sums.matrix
    let masses = counts.map { $0 + share * (count - $0) }
    var means = Tensor<Scalar>(zeros: [heads * classes.count, width])
    var matrix = means.mutableMatrix
    for h in 0..<heads {
      for (place, p) in classes.enumerated() {
        var mean = matrix[row: h * classes.count + place]
        for q in counts.indices where counts[q] > 0 && (q == p || share > 0) {
          Scalar.metricKernels.add(
            sums[row: h * counts.count + q], scaledBy: Scalar((q == p ? 1 : share) / masses[p]), to: &mean)
        }
      }
    }
    let units = StandardizedRows(means.matrix)
    let unitRows = units.units.matrix
    var totals = Tensor<Scalar>(zeros: [heads, width])
    var lines = totals.mutableMatrix
    var value = 0.0
    for h in 0..<heads {
      var line = lines[row: h]
      var squares = 0.0
      for place in classes.indices {
        Scalar.metricKernels.add(unitRows[row: h * classes.count + place], scaledBy: 1, to: &line)
        squares += units.square(h * classes.count + place)
      }
      value +=
        Double(classes.count * (classes.count - 1)) + Scalar.metricKernels.product(line.span, line.span) - squares
    }
    let pairs = Double(heads * classes.count * classes.count)
    self.value = pairs > 0 ? max(0, value) / pairs : 0
    (self.classes, self.masses, self.units, self.totals) = (classes, masses, units, totals)
  }

  /// Adds `weight` × gradient: ∂L_M/∂μ̂ₚ = 2/(k·P²)·(Σ_q μ̂_q − μ̂ₚ), through the standardization, shared out to
  /// samples.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func accumulate(
    weight: Scalar, _ labels: Span<Int>, _ rows: [Int], into gradients: inout MetricGradients<Scalar>
  ) {
    guard classes.count > 1 && weight != 0 else { return }
    let kernels = Scalar.metricKernels
    let width = totals.shape[1]
    let factor = weight * Scalar(2 / Double(heads * classes.count * classes.count))
    // By class: the gradient of each sample of it, and what samples of any class get.
    var own = Tensor<Scalar>(zeros: [heads * masses.count, width])
    var common = Tensor<Scalar>(zeros: [heads, width])
    var ownRows = own.mutableMatrix
    var commonRows = common.mutableMatrix
    for h in 0..<heads {
      for (place, p) in classes.enumerated() {
        let row = h * classes.count + place
        var slope = Tensor<Scalar>(zeros: [width])
        var g = slope.mutableSpan
        kernels.add(totals.matrix[row: h], scaledBy: factor, to: &g)
        kernels.add(units.units.matrix[row: row], scaledBy: -factor, to: &g)
        var byMean = Tensor<Scalar>(zeros: [width])
        var target = byMean.mutableSpan
        units.accumulate(g.span, row: row, into: &target)
        var mine = ownRows[row: h * masses.count + p]
        kernels.add(target.span, scaledBy: Scalar((1 - share) / masses[p]), to: &mine)
        var everyones = commonRows[row: h]
        if share > 0 { kernels.add(target.span, scaledBy: Scalar(share / masses[p]), to: &everyones) }
      }
    }
    for i in rows {
      for h in 0..<heads {
        var row = gradients.embeddings![row: i]
        var part = row._mutatingExtracting(h * width..<(h + 1) * width)
        kernels.add(own.matrix[row: h * masses.count + labels[i]], scaledBy: 1, to: &part)
        kernels.add(common.matrix[row: h], scaledBy: 1, to: &part)
      }
    }
  }
}
