/// One pass of the (N+M)-tuplet clusters loss: classes, their means, and all distances to these.
///
/// Samples that take no part are not measured, whatever they hold: rows of the pass are those of the others, in order.
struct TupletClusterPass<Scalar: TensorScalar> {
  // Clusters are measured by squared distances.
  private let measure = PairwiseDistance<Scalar>.squaredEuclidean
  private let rows: SpacedRows<Scalar>
  // The samples that the rows are of; `nil` for all.
  private let places: [Int]?
  private let classes: SampleGroups
  // The rows of each class, the samples of rows, and the rows of samples.
  private let members: [[Int]]
  private let samples: [Int]
  private let rowOf: [Int]
  private let points: DistanceRows<Scalar>
  /// `[K, D]`
  private let means: DistanceRows<Scalar>
  /// `[K, N]`, and the gradient by each distance.
  private let distances: Tensor<Scalar>
  private var slopes: Tensor<Scalar>

  private(set) var report = LossValue<Scalar>()
  /// The derivative of the loss by the reference distance.
  private(set) var referenceSlope = 0.0
  /// One over the number of clusters, 0 without any.
  private(set) var share: Scalar = 0

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(_ batch: MetricBatch<Scalar>, space: TripletDistance.Space) {
    samples = (0..<batch.count).filter { batch.takesPart($0) }
    places = samples.count < batch.count ? samples : nil
    rows = SpacedRows(batch.embeddings, places: places, in: space)
    var rowOf = Array(0..<batch.count)
    for (row, sample) in samples.enumerated() { rowOf[sample] = row }
    self.rowOf = rowOf
    classes = SampleGroups(batch, by: batch.labels)
    members = classes.members.map { $0.map { rowOf[$0] } }
    points = DistanceRows(rows.points, measure)
    means = DistanceRows(Self.means(of: rows.points, members), measure)
    distances = measure.matrix(means, points)
    slopes = Tensor(zeros: distances.shape)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func means(of points: Tensor<Scalar>, _ members: [[Int]]) -> Tensor<Scalar> {
    let points = points.matrix
    var result = Tensor<Scalar>(zeros: [members.count, points.columns])
    var sink = result.mutableMatrix
    for (k, rows) in members.enumerated() {
      var mean = sink[row: k]
      for i in rows { Scalar.metricKernels.add(points[row: i], scaledBy: 1, to: &mean) }
      for j in mean.indices { mean[j] /= Scalar(rows.count) }
    }
    return result
  }

  /// Visits all clusters, and fills report and gradients.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func run(
    _ batch: MetricBatch<Scalar>, _ policy: IdentityPolicy, reference: Scalar, gap: Scalar, reach: Scalar?
  ) {
    var sums = (loss: 0.0, active: 0.0, terms: 0.0, positives: 0.0, negatives: 0.0)
    var counts = (clusters: 0.0, positives: 0.0, negatives: 0.0)
    let (distances, rowOf) = (distances, rowOf)
    let table = distances.matrix
    var found = Tensor<Scalar>(zeros: distances.shape)
    var sink = found.mutableMatrix
    var candidates = TripletCandidates(classes)
    for k in members.indices {
      let row = table[row: k]
      var slope = sink[row: k]
      var clusters = 0
      for person in persons(ofClass: k, batch, policy, &candidates) {
        candidates.gatherNegatives(of: k, person: person, policy)
        let negatives = candidates.negatives
        guard !negatives.isEmpty else { continue }
        clusters += 1
        let part = 1 / Scalar(negatives.count)
        counts.negatives += Double(negatives.count)
        for sample in negatives {
          let j = rowOf[sample]
          let bracket = reference + gap / 2 - row[j]
          sums.negatives += Double(row[j])
          guard bracket > 0 else { continue }
          sums.loss += Double(part * bracket)
          sums.active += 1
          slope[j] -= part
          referenceSlope += Double(part)
        }
      }
      guard clusters > 0 else { continue }
      counts.clusters += Double(clusters)
      report.validCount += members[k].count
      let part = Scalar(clusters) / Scalar(members[k].count)
      for i in members[k] {
        let bracket = row[i] - reference + gap / 2
        counts.positives += 1
        sums.positives += Double(row[i])
        guard bracket > 0 && row[i] <= reach ?? .infinity else { continue }
        sums.loss += Double(part * bracket)
        sums.active += 1
        slope[i] += part
        referenceSlope -= Double(part)
      }
    }
    guard counts.clusters > 0 else { return }
    slopes = found
    share = 1 / Scalar(counts.clusters)
    referenceSlope /= counts.clusters
    report.value = Scalar(sums.loss / counts.clusters)
    report.activeFraction = Scalar(sums.active / (counts.positives + counts.negatives))
    report.meanMargin = reference
    report.meanPositiveDistance = Scalar(sums.positives / counts.positives)
    report.meanNegativeDistance = Scalar(sums.negatives / counts.negatives)
  }

  /// The persons that a class has clusters for, each once, or nobody where they are not told apart.
  private func persons(
    ofClass k: Int, _ batch: MetricBatch<Scalar>, _ policy: IdentityPolicy, _ candidates: inout TripletCandidates
  ) -> [Int?] {
    guard policy != .ignore, let persons = candidates.groupPersons(of: batch) else { return [nil] }
    var isKnown = [Bool](repeating: false, count: persons.members.count)
    var found: [Int?] = []
    for row in members[k] {
      let person = Int(persons.numbers[samples[row]])
      if !isKnown[person] { found.append(person) }
      isKnown[person] = true
    }
    return found
  }

  /// Adds `scale` × the gradient of the sum over clusters, through the means.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func accumulate(scale: Scalar, into embeddings: inout MutableMatrixView<Scalar>) {
    var pulled = Tensor<Scalar>(zeros: points.rows.shape)
    var recoil = Tensor<Scalar>(zeros: means.rows.shape)
    measure.add(slopes.matrix, distances.matrix, .column, own: points, other: means, scale, &pulled)
    measure.add(slopes.matrix, distances.matrix, .row, own: means, other: points, scale, &recoil)
    let recoils = recoil.matrix
    var sink = pulled.mutableMatrix
    for k in members.indices {
      for i in members[k] {
        var target = sink[row: i]
        Scalar.metricKernels.add(recoils[row: k], scaledBy: 1 / Scalar(members[k].count), to: &target)
      }
    }
    rows.accumulate(pulled, places: places, into: &embeddings)
  }
}
