/// The distances between the rows of one or two matrices, and the gradient by each distance.
///
/// A loss hands in the derivatives of its sum by the distances, all in a matrix or a few in a list;
/// ``accumulate(scale:into:)`` carries them on to the embeddings. Rows that take no part are not measured, whatever they
/// hold: their distances read 0, and what is computed for the others does not depend on them to the bit.
struct DistanceTable<Scalar: TensorScalar> {
  private let measure: PairwiseDistance<Scalar>
  private let rows: SpacedRows<Scalar>
  // The second matrix, where there is one.
  private let others: SpacedRows<Scalar>?
  // Which rows and columns were measured; `nil` means all.
  private let places: (rows: [Int]?, columns: [Int]?)
  // `[N, M]` of what was measured.
  private let measured: Tensor<Scalar>
  /// `[N, M]`; 0 for pairs that were not measured.
  let distances: Tensor<Scalar>
  // Derivatives by a few of the distances, until there are many.
  private var listed = ListedSlopes<Scalar>()
  /// Derivatives by all distances, `[N, M]`; empty until ``spreadList()``.
  var gradients = Tensor<Scalar>(zeros: [0, 0])

  /// Measures the embeddings of a batch, or some columns of them, against each other.
  ///
  /// - Parameter blocks: The pairs to measure; distances of others read 0. `nil` for all.
  init(
    _ batch: MetricBatch<Scalar>, columns: Range<Int>? = nil, in blocks: [PairBlock]? = nil, _ distance: TripletDistance
  ) {
    let present = batch.presentPlaces
    let rows = SpacedRows(batch.embeddings, places: present, columns: columns, in: distance.space)
    self.init(rows, nil, (present, present), (batch.count, batch.count), blocks, distance)
  }

  /// Measures the embeddings of a batch against the given references.
  ///
  /// - Parameters:
  ///   - own: The table of the same batch and distance against itself, whose rows are read.
  ///   - blocks: As above.
  init(
    _ own: DistanceTable, against references: MatrixView<Scalar>, places: [Int], in blocks: [PairBlock]? = nil,
    _ distance: TripletDistance
  ) {
    let usable = places.count < references.rows ? places : nil
    self.init(
      own.rows, SpacedRows(references, places: usable, in: distance.space), (own.places.rows, usable),
      (own.distances.shape[0], references.rows), blocks, distance)
  }

  private init(
    _ rows: SpacedRows<Scalar>, _ others: SpacedRows<Scalar>?, _ places: (rows: [Int]?, columns: [Int]?),
    _ size: (rows: Int, columns: Int), _ blocks: [PairBlock]?, _ distance: TripletDistance
  ) {
    self.rows = rows
    self.others = others
    self.places = places
    let measure: PairwiseDistance<Scalar> = distance.pairwise()
    self.measure = measure
    let (own, other) = (DistanceRows(rows.points, measure), others.map { DistanceRows($0.points, measure) })
    measured =
      if let blocks {
        measure.matrix(own, other, in: blocks.map { $0.moved(among: places, size) })
      } else {
        measure.matrix(own, other)
      }
    distances =
      places.rows == nil && places.columns == nil
      ? measured : measured.spread(places, into: [size.rows, size.columns])
  }

  /// Adds `scale` × the gradient of the loss by the embeddings that were measured.
  ///
  /// - Parameter other: A table that was made of this one, and takes part in the loss.
  func accumulate(scale: Scalar, with other: DistanceTable? = nil, into embeddings: inout MutableMatrixView<Scalar>) {
    var pulled = Tensor<Scalar>(zeros: rows.points.shape)
    for table in [self, other].compactMap(\.self) {
      table.pull(rows, by: table.others ?? rows, table.others == nil ? .both : .row, scale, &pulled)
    }
    rows.accumulate(pulled, places: places.rows, into: &embeddings)
  }

  /// Adds `scale` × the gradient of the loss by the references.
  func accumulate(scale: Scalar, intoReferences references: inout MutableMatrixView<Scalar>) {
    guard let others else { return }
    var pulled = Tensor<Scalar>(zeros: others.points.shape)
    pull(others, by: rows, .column, scale, &pulled)
    others.accumulate(pulled, places: places.columns, into: &references)
  }

  /// Adds to the derivatives by listed distances.
  mutating func add(_ slopes: [Scalar], rows: [Int32], columns: [Int32]) {
    listed.append(rows: rows, columns: columns, slopes: slopes)
    // A list of many pairs is slower than the matrix.
    if listed.count > measured.shape.elementCount / 8 { spreadList() }
  }

  /// Makes the matrix of derivatives, and moves the listed ones there.
  mutating func spreadList() {
    if gradients.shape != distances.shape { gradients = Tensor(zeros: distances.shape) }
    Self.add(listed, to: &gradients)
    listed = ListedSlopes()
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func add(_ list: ListedSlopes<Scalar>, to matrix: inout Tensor<Scalar>) {
    var sink = matrix.mutableMatrix
    for t in 0..<list.count { sink[Int(list.rows[t]), Int(list.columns[t])] += list.slopes[t] }
  }

  /// Adds `scale` × the gradient by points that were measured.
  private func pull(
    _ own: SpacedRows<Scalar>, by other: SpacedRows<Scalar>, _ side: PairSide, _ scale: Scalar,
    _ result: inout Tensor<Scalar>
  ) {
    let (ownRows, otherRows) = (DistanceRows(own.points, measure), DistanceRows(other.points, measure))
    if listed.count > 0 {
      let size = (rows: distances.shape[0], columns: distances.shape[1])
      measure.add(
        listed.moved(among: places, size), measured.matrix, side, own: ownRows, other: otherRows, scale, &result)
    }
    if gradients.shape == distances.shape {
      let slopes = picked
      measure.add(slopes.matrix, measured.matrix, side, own: ownRows, other: otherRows, scale, &result)
    }
  }

  /// The matrix of derivatives, by the distances that were measured.
  private var picked: Tensor<Scalar> {
    guard places.rows != nil || places.columns != nil else { return gradients }
    let matrix = gradients.matrix
    let columns = places.columns ?? Array(0..<matrix.columns)
    let elements = (places.rows ?? Array(0..<matrix.rows)).flatMap { i in
      columns.map { matrix[i, $0] }
    }
    return Tensor(elements, shape: measured.shape)
  }
}

extension TripletDistance {
  /// The measure over rows that are in their space already.
  fileprivate func pairwise<Scalar: TensorScalar>() -> PairwiseDistance<Scalar> {
    switch measure {
    case .squared: .squaredEuclidean
    case .root: .euclidean
    case .chiSquared: .signedChiSquared()
    }
  }
}

extension MetricBatch {
  /// The samples that take part, or `nil` for all of them.
  fileprivate var presentPlaces: [Int]? {
    guard included != nil else { return nil }
    let present = (0..<count).filter { takesPart($0) }
    return present.count < count ? present : nil
  }
}

extension Tensor {
  /// A matrix with these rows and columns in places of a larger one, and zeros elsewhere.
  fileprivate func spread(_ places: (rows: [Int]?, columns: [Int]?), into shape: Shape) -> Tensor {
    var result = Tensor(zeros: shape)
    var target = result.mutableMatrix
    let source = matrix
    for i in 0..<source.rows {
      for j in 0..<source.columns {
        target[places.rows?[i] ?? i, places.columns?[j] ?? j] = source[i, j]
      }
    }
    return result
  }
}
