import Testing

@testable import FERMetric

/// Sums of some pairs against those of all.
@Suite struct PairBlockTests {
  @Test func blocksHoldWhatTheMatrixHolds() {
    var generator = SeededGenerator(seed: 82)
    let (x, y) = (Tensor<Float>.normal([11, 37], &generator), Tensor<Float>.normal([6, 37], &generator))
    for distance in [PairwiseDistance<Float>.euclidean, .signedChiSquared(), .cosine] {
      let (own, others) = (DistanceRows(x, distance), DistanceRows(y, distance))
      let block = PairBlock(rows: [10, 2, 3, 7, 0], columns: [5, 1, 0])
      let (some, all) = (distance.matrix(own, others, in: [block]), distance.matrix(own, others))
      for i in 0..<11 {
        for j in 0..<6 {
          let isAsked = block.rows.contains(Int32(i)) && block.columns.contains(Int32(j))
          #expect(some[i, j] == (isAsked ? all[i, j] : 0))
        }
      }
    }
  }

  @Test func mirroredBlocksHoldBothOrders() {
    var generator = SeededGenerator(seed: 83)
    let distance = PairwiseDistance<Double>.squaredEuclidean
    let rows = DistanceRows(Tensor<Double>.normal([9, 5], &generator), distance)
    let block = PairBlock(rows: [8, 1, 2], columns: [0, 3, 4, 5, 7], isMirrored: true)
    let (some, all) = (distance.matrix(rows, nil, in: [block]), distance.matrix(rows, nil))
    for (i, j) in [(8, 0), (0, 8), (2, 7), (7, 2)] { #expect(some[i, j] == all[i, j]) }
    #expect(some.array.count { $0 != 0 } == 30)
  }

  /// Indices move with the rows that are left, and those of others go.
  @Test func blocksFollowRows() {
    let block = PairBlock(rows: [0, 2, 3], columns: [4, 1]).moved(among: ([2, 3, 5], [0, 4]), (6, 5))
    #expect(block.rows == [0, 1] && block.columns == [1])
  }
}
