/// One pass of the (N+M)-tuplet clusters loss: classes, their means, and all distances to these.
struct TupletClusterPass<Scalar: TensorScalar> {
  private let rows: SpacedRows<Scalar>
  // The classes of the batch by their labels, ascending; the members of each.
  private let members: [[Int]]
  /// `[K, D]`
  private let means: Tensor<Scalar>
  /// `[K, B]`, and the gradient by each distance.
  private let distances: Tensor<Scalar>
  private var slopes: Tensor<Scalar>

  private(set) var report = LossValue<Scalar>()
  /// The derivative of the loss by the reference distance.
  private(set) var referenceSlope = 0.0
  /// One over the number of clusters, 0 without any.
  private(set) var share: Scalar = 0

  init(_ batch: MetricBatch<Scalar>, space: TripletDistance.Space) {
    rows = SpacedRows(batch.embeddings, in: space)
    let present = (0..<batch.count).filter { batch.takesPart($0) }
    let labels = Set(present.map { batch.labels[$0] }).sorted()
    members = labels.map { label in present.filter { batch.labels[$0] == label } }
    means = Self.means(of: rows.points, members)
    slopes = Tensor(zeros: [labels.count, batch.count])
    distances = Self.distances(of: rows.points, to: means)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func means(of points: Tensor<Scalar>, _ members: [[Int]]) -> Tensor<Scalar> {
    let points = points.matrix
    var result = Tensor<Scalar>(zeros: [members.count, points.columns])
    var sink = result.mutableMatrix
    for (k, samples) in members.enumerated() {
      var mean = sink[row: k]
      for i in samples {
        Scalar.metricKernels.add(points[row: i], scaledBy: 1, to: &mean)
      }
      for j in 0..<mean.count { mean[j] /= Scalar(samples.count) }
    }
    return result
  }

  private static func distances(of points: Tensor<Scalar>, to means: Tensor<Scalar>) -> Tensor<Scalar> {
    var result = Tensor<Scalar>(uninitialized: [means.shape[0], points.shape[0]])
    let (points, means) = (points.matrix, means.matrix)
    var table = result.mutableMatrix
    for k in 0..<means.rows {
      var row = table[row: k]
      Scalar.metricKernels.centerDistances(of: means[row: k], centers: points, weights: nil, into: &row)
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
    let distances = distances
    let table = distances.matrix
    var found = Tensor<Scalar>(zeros: distances.shape)
    var sink = found.mutableMatrix
    var candidates = TripletCandidates(batch)
    for k in members.indices {
      let row = table[row: k]
      var slope = sink[row: k]
      let samples = members[k]
      let clusters = Self.clusters(of: samples, batch, policy, &candidates)
      counts.clusters += Double(clusters.count)
      for negatives in clusters {
        let part = 1 / Scalar(negatives.count)
        for j in negatives {
          let bracket = reference + gap / 2 - row[j]
          counts.negatives += 1
          sums.negatives += Double(row[j])
          guard bracket > 0 else { continue }
          sums.loss += Double(part * bracket)
          sums.active += 1
          slope[j] -= part
          referenceSlope += Double(part)
        }
      }
      guard !clusters.isEmpty else { continue }
      report.validCount += samples.count
      let part = Scalar(clusters.count) / Scalar(samples.count)
      for i in samples {
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

  /// The negatives of each cluster of a class that has some.
  private static func clusters(
    of samples: [Int], _ batch: MetricBatch<Scalar>, _ policy: IdentityPolicy, _ candidates: inout TripletCandidates
  ) -> [[Int]] {
    let number = Int(candidates.numbers[samples[0]])
    var persons: [Int?] = [nil]
    if policy != .ignore, let identities = batch.identities { persons = Set(samples.map { identities[$0] }).sorted() }
    return persons.compactMap { person in
      candidates.gatherNegatives(of: number, identity: person, identities: batch.identities, policy)
      return candidates.negatives.isEmpty ? nil : candidates.negatives
    }
  }

  /// Adds `scale` × the gradient of the sum over clusters, through the means.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func accumulate(scale: Scalar, into embeddings: inout MutableMatrixView<Scalar>) {
    var pulled = Tensor<Scalar>(zeros: rows.points.shape)
    let (points, means, slopes) = (rows.points.matrix, means.matrix, slopes.matrix)
    var sink = pulled.mutableMatrix
    for k in members.indices {
      let mean = means[row: k]
      var recoil = Tensor<Scalar>(zeros: [mean.count])
      var back = recoil.mutableSpan
      for i in 0..<points.rows where slopes[k, i] != 0 {
        var target = sink[row: i]
        Scalar.metricKernels.pull(
          points[row: i], mean, scaledBy: 2 * scale * slopes[k, i], into: &target, recoil: &back)
      }
      for i in members[k] {
        var target = sink[row: i]
        Scalar.metricKernels.add(recoil.span, scaledBy: 1 / Scalar(members[k].count), to: &target)
      }
    }
    rows.accumulate(pulled, into: &embeddings)
  }
}
