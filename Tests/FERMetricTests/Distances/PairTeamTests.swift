import Testing

@testable import FERMetric

/// Tables of distances and their gradients on several threads are those on one, to the bit.
@Suite struct PairTeamTests {
  private let sizes = (rows: 611, others: 603, columns: 401)

  private func tables(_ distance: PairwiseDistance<Float>, on team: ThreadTeam) -> [[Float]] {
    var generator = SeededGenerator(seed: 92)
    let x = Tensor<Float>.uniform([sizes.rows, sizes.columns], in: 0...1, &generator)
    let y = Tensor<Float>.uniform([sizes.others, sizes.columns], in: 0...1, &generator)
    let slopes = Tensor<Float>.uniform([sizes.rows, sizes.others], in: 0...1, &generator)
    // Few pairs, and a table whose first rows are full and whose last ones are nearly empty.
    let sparse = slopes.map { $0 < 0.3 ? $0 : 0 }
    var uneven = slopes
    for (i, j) in (300..<sizes.rows).flatMap({ i in (0..<sizes.others).map { (i, $0) } }) where j % 5 > 0 {
      uneven[i, j] = 0
    }
    return withBackend(.reference(team: team)) {
      let matrix = distance(x.matrix, y.matrix)
      var results = [matrix.array, distance(x.matrix).array]
      for table in [slopes, sparse, uneven] {
        var gradient = Tensor<Float>(zeros: x.shape)
        var sink = gradient.mutableMatrix
        distance.accumulateGradient(
          table.matrix, distances: matrix.matrix, of: x.matrix, against: y.matrix, into: &sink)
        results.append(gradient.array)
      }
      var others = Tensor<Float>(zeros: y.shape)
      var sink = others.mutableMatrix
      distance.accumulateReferenceGradient(
        slopes.matrix, distances: matrix.matrix, of: x.matrix, against: y.matrix, into: &sink)
      return results + [others.array]
    }
  }

  @Test(arguments: ["euclidean", "manhattan", "dot", "chi"]) func tablesAreThoseOfOneThread(name: String) throws {
    let distance = try #require(PairwiseDistanceTests.distances(Float.self)[name])
    let one = tables(distance, on: .callingThread)
    #expect(tables(distance, on: .backwards(2)) == one)
    #expect(tables(distance, on: .dispatched(3)) == one)
  }

  @Test func blocksOfPairsToo() {
    var generator = SeededGenerator(seed: 95)
    let x = Tensor<Float>.normal([301, 257], &generator)
    let distance = PairwiseDistance<Float>.euclidean
    // Samples of one remainder by 5 with those of the next ones, in either order.
    let groups = (0..<5).map { k in (0..<301).filter { $0 % 5 == k } }
    let blocks = (0..<4).map { k in
      PairBlock(rows: groups[k], columns: groups[(k + 1)...].flatMap(\.self), isMirrored: true)
    }
    func sums(on team: ThreadTeam) -> [Float] {
      withBackend(.reference(team: team)) { distance.matrix(DistanceRows(x, distance), nil, in: blocks).array }
    }
    let one = sums(on: .callingThread)
    #expect(sums(on: .backwards(2)) == one)
    #expect(sums(on: .dispatched(3)) == one)
    let all = distance(x.matrix)
    for i in 0..<301 { for j in 0..<301 { #expect(one[i * 301 + j] == (i % 5 == j % 5 ? 0 : all[i, j])) } }
  }

  /// Rows of a matrix over pairs are cut alike for any number of threads: values are the same, too.
  @Test func pairLossesToo() throws {
    var generator = SeededGenerator(seed: 96)
    let batch = TensorBatch<Float>(
      embeddings: .normal([301, 64], &generator), labels: (0..<301).map { _ in generator.next(below: 7) })
    func results(on team: ThreadTeam) throws -> [[Float]] {
      let losses: [any PairwiseLoss<Float>] = [
        ContrastiveLoss(), MultiSimilarityLoss(), SupConLoss(), NTXentLoss(), CircleLoss(),
        MultiSimilarityLoss(miner: MultiSimilarityMiner()),
      ]
      return try withBackend(.reference(team: team)) {
        try losses.map { loss in
          var (loss, gradients) = (loss, TensorGradients(zerosFor: batch))
          let value = try loss(batch, accumulatingInto: &gradients)
          return [value.value, value.activeFraction, value.meanPositiveDistance] + (gradients.embeddings?.array ?? [])
        }
      }
    }
    let one = try results(on: .callingThread)
    #expect(try results(on: .backwards(2)) == one)
    #expect(try results(on: .dispatched(3)) == one)
  }

  @Test func listedPairsToo() throws {
    let samples = 1200
    var generator = SeededGenerator(seed: 93)
    let batch = TensorBatch<Float>(
      embeddings: .normal([samples, 384], &generator), labels: (0..<samples).map { _ in generator.next(below: 7) })
    func gradients(on team: ThreadTeam) throws -> [Float] {
      try withBackend(.reference(team: team)) {
        var (loss, gradients) = (TripletLoss<Float>.faceNet(), TensorGradients(zerosFor: batch))
        _ = try loss(batch, accumulatingInto: &gradients)
        return gradients.embeddings?.array ?? []
      }
    }
    #expect(try gradients(on: .dispatched(2)) == gradients(on: .callingThread))
  }

  @Test func chosenClassesToo() {
    var generator = SeededGenerator(seed: 94)
    let batch = TensorBatch<Float>(
      embeddings: .normal([203, 515], &generator), labels: (0..<203).map { _ in generator.next(below: 30) },
      centers: .normal([30, 515], &generator), included: (0..<203).map { $0 % 7 != 3 })
    func classes(on team: ThreadTeam) -> [Int32] {
      withBackend(.reference(team: team)) {
        batch.withViews { views in
          var selection = NegativeSelection()
          MathSynthSampler<Float>().select(for: views, into: &selection)
          return selection.classes
        }
      }
    }
    #expect(classes(on: .dispatched(4)) == classes(on: .callingThread))
    #expect(classes(on: .backwards(300)) == classes(on: .callingThread))
  }
}
