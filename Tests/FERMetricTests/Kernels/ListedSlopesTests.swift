import Testing

@testable import FERMetric

/// Gradients of listed pairs against those of a matrix that holds the same.
@Suite struct ListedSlopesTests {
  @Test(arguments: [PairSide.row, .column, .both], [PairwiseDistance<Double>.euclidean, .squaredEuclidean])
  func listsEqualMatrices(_ side: PairSide, _ distance: PairwiseDistance<Double>) {
    var generator = SeededGenerator(seed: 81)
    // Wider than a kernel's lanes; the first two rows coincide, and one pair is listed twice.
    var x = Tensor<Double>.normal([7, 67], &generator)
    for j in 0..<67 { x[1, j] = x[0, j] }
    let y = side == .both ? x : Tensor<Double>.normal([5, 67], &generator)
    let (rows, columns): ([Int32], [Int32]) = ([0, 0, 3, 6, 3, 2], [1, 3, 4, 0, 4, 2])
    let slopes = rows.map { _ in generator.nextNormal() }
    var list = ListedSlopes<Double>()
    list.append(rows: rows, columns: columns, slopes: slopes)
    var matrix = Tensor<Double>(zeros: [7, y.shape[0]])
    for t in slopes.indices { matrix[Int(rows[t]), Int(columns[t])] += slopes[t] }

    let (left, right) = (DistanceRows(x, distance), DistanceRows(y, distance))
    let distances = distance.matrix(left, side == .both ? nil : right)
    let (own, other) = side == .column ? (right, left) : (left, right)
    var (listed, full) = (Tensor<Double>(zeros: own.rows.shape), Tensor<Double>(zeros: own.rows.shape))
    distance.add(list, distances.matrix, side, own: own, other: other, 0.7, &listed)
    distance.add(matrix.matrix, distances.matrix, side, own: own, other: other, 0.7, &full)
    #expect(full.norm() > 0.1)
    #expect(relativeDifference(listed, full) < 1e-14)
  }
}
