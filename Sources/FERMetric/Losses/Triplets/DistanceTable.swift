/// The distances between the rows of one or two matrices, and the gradient by each distance.
///
/// A loss fills `gradients` with the derivatives of its sum by the distances; ``accumulate(scale:into:)`` carries them on
/// to the embeddings. Rows that take no part are not measured, whatever they hold: their distances read 0, and what
/// is computed for the others does not depend on them to the bit.
struct DistanceTable<Scalar: TensorScalar> {
  private let measure: PairwiseDistance<Scalar>
  private let rows: SpacedRows<Scalar>
  // The second matrix, where there is one.
  private let others: SpacedRows<Scalar>?
  // Which rows and columns were measured; `nil` means all.
  private let places: (rows: [Int]?, columns: [Int]?)
  // `[N, M]` of what was measured.
  private let measured: Tensor<Scalar>
  /// `[N, M]`
  let distances: Tensor<Scalar>
  /// `[N, M]`
  var gradients: Tensor<Scalar>

  /// Measures the embeddings of a batch, or some columns of them, against each other.
  init(_ batch: MetricBatch<Scalar>, columns: Range<Int>? = nil, _ distance: TripletDistance) {
    let present = batch.presentPlaces
    let matrix = batch.embeddings
    let rows = SpacedRows(matrix.picking(present, columns: columns), in: distance.space)
    self.init(rows, nil, (present, present), [matrix.rows, matrix.rows], distance)
  }

  /// Measures the embeddings of a batch against the given references.
  init(
    _ batch: MetricBatch<Scalar>, against references: MatrixView<Scalar>, places: [Int],
    _ distance: TripletDistance
  ) {
    let present = batch.presentPlaces
    let usable = places.count < references.rows ? places : nil
    self.init(
      SpacedRows(batch.embeddings.picking(present, columns: nil), in: distance.space),
      SpacedRows(references.picking(usable, columns: nil), in: distance.space), (present, usable),
      [batch.count, references.rows], distance)
  }

  private init(
    _ rows: SpacedRows<Scalar>, _ others: SpacedRows<Scalar>?,
    _ places: (rows: [Int]?, columns: [Int]?),
    _ shape: Shape, _ distance: TripletDistance
  ) {
    self.rows = rows
    self.others = others
    self.places = places
    let measure: PairwiseDistance<Scalar> = distance.pairwise()
    self.measure = measure
    gradients = Tensor(zeros: shape)
    measured = measure.matrix(DistanceRows(rows.points, measure), others.map { DistanceRows($0.points, measure) })
    distances =
      places.rows == nil && places.columns == nil ? measured : measured.spread(places, into: shape)
  }

  /// Adds `scale` × the gradient of the loss by the embeddings that were measured.
  func accumulate(scale: Scalar, into embeddings: inout MutableMatrixView<Scalar>) {
    let pulled = pulled(of: rows, by: others ?? rows, others == nil ? .both : .row, scale)
    rows.accumulate(pulled, places: places.rows, into: &embeddings)
  }

  /// Adds `scale` × the gradient of the loss by the references.
  func accumulate(scale: Scalar, intoReferences references: inout MutableMatrixView<Scalar>) {
    guard let others else { return }
    others.accumulate(pulled(of: others, by: rows, .column, scale), places: places.columns, into: &references)
  }

  /// `scale` × the gradient by points that were measured.
  private func pulled(
    of own: SpacedRows<Scalar>, by other: SpacedRows<Scalar>, _ side: PairSide, _ scale: Scalar
  ) -> Tensor<Scalar> {
    var result = Tensor<Scalar>(zeros: own.points.shape)
    let slopes = picked
    measure.add(
      slopes.matrix, measured.matrix, side, own: DistanceRows(own.points, measure),
      other: DistanceRows(other.points, measure), scale, &result)
    return result
  }

  /// The gradients by the distances that were measured.
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

extension MatrixView {
  /// A copy of some rows and columns; `nil` means all.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func picking(_ places: [Int]?, columns range: Range<Int>?) -> Tensor<Scalar> {
    guard places != nil || range != nil else { return Tensor(self) }
    let range = range ?? 0..<columns
    let count = places?.count ?? rows
    var result = Tensor<Scalar>(uninitialized: [count, range.count])
    var target = result.mutableMatrix
    for i in 0..<count {
      let source = self[row: places?[i] ?? i]
      var row = target[row: i]
      for j in range { row[j - range.lowerBound] = source[j] }
    }
    return result
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
