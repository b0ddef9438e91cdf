extension ProxyLoss {
  /// Stops where proxies are not those of whole classes.
  func checkProxies(_ proxies: MatrixView<Scalar>, dimension: Int) {
    precondition(
      proxies.columns == dimension,
      "proxies of dimension \(proxies.columns) do not fit embeddings of dimension \(dimension)")
    precondition(
      proxies.rows.isMultiple(of: proxiesPerClass),
      "\(proxies.rows) proxies are no whole number of classes with \(proxiesPerClass) proxies each")
    precondition(
      !readsSines || proxiesPerClass == 1,
      "a class of \(proxiesPerClass) proxies has no single angle to read the sine of")
  }

  /// Cosines of the samples that take part, the loss of them, and the way back; gradients that are nil are left out.
  func run(
    _ batch: MetricBatch<Scalar>, weight: Scalar, _ gradients: inout MetricGradients<Scalar>, _ use: GradientUse
  ) throws(MetricError) -> LossValue<Scalar> {
    let proxies = batch.requiredCenters
    checkProxies(proxies, dimension: batch.dimension)
    let classes = proxies.rows / proxiesPerClass
    let rows = try batch.finiteRows(nonFinite)
    for i in rows {
      precondition(
        batch.labels[i] >= 0 && batch.labels[i] < classes,
        "label \(batch.labels[i]) of sample \(i) lies outside 0..<\(classes)")
    }
    var use = use
    if use == .written {
      // Rows of samples that take no part are not written.
      if rows.count < batch.count || rows.isEmpty {
        gradients.clear()
        use = .added
      } else {
        gradients.clearBesidesRows()
      }
    }
    guard !rows.isEmpty else { return LossValue() }
    let labels = rows.map { batch.labels[$0] }
    let field = CosineField(batch.embeddings, rows: rows, proxies: proxies)
    var slopes = Tensor<Scalar>(zeros: field.cosines.shape)
    var slopeMatrix = slopes.mutableMatrix
    var value: LossValue<Scalar>
    if readsSines {
      let sines = field.ownSines(of: batch.embeddings, labels: labels)
      value = evaluate(
        ProxyAngles(cosines: field.cosines.matrix, labels: labels.span, ownSines: sines.span), slopes: &slopeMatrix)
    } else {
      value = evaluate(
        ProxyAngles(cosines: field.cosines.matrix, labels: labels.span, ownSines: nil), slopes: &slopeMatrix)
    }
    value.validCount = rows.count
    (value.meanPositiveDistance, value.meanNegativeDistance) = field.meanDistances(
      labels: labels, proxiesPerClass: proxiesPerClass)
    if let samples = value.samples {
      var places = [Scalar](repeating: 0, count: batch.count)
      for (place, row) in rows.enumerated() { places[row] = samples[place] }
      value.samples = places
    }
    if use != .none {
      field.accumulate(slopes.matrix, of: batch.embeddings, weight: weight, writes: use == .written, into: &gradients)
    }
    return value
  }
}

extension MetricBatch {
  /// The samples that take part and are finite, in order.
  ///
  /// - Throws: ``MetricError`` under the strict policy, and for centers under either.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func finiteRows(_ policy: NonFinitePolicy) throws(MetricError) -> [Int] {
    let mask = try finiteSamples(policy)
    var rows: [Int] = []
    rows.reserveCapacity(count)
    for i in 0..<count where mask?[i] ?? takesPart(i) { rows.append(i) }
    return rows
  }
}
