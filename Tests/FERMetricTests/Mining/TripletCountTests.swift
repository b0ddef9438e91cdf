import Testing

@testable import FERMetric

/// Pairs that a triplet miner counts are those of the triplets that it lists.
@Suite struct TripletCountTests {
  /// Nine rows of few classes among themselves, or against others of which some are rows themselves, as in a memory.
  private func drawn<Scalar: TensorScalar>(
    _ generator: inout SeededGenerator, others: Int? = nil, ownPlaces: Bool = false
  ) -> PairRelations<Scalar> {
    let labels = (0..<9).map { _ in generator.next(below: 3) }
    guard let others else { return PairRelations(labels: labels) }
    var otherLabels = (0..<others).map { _ in generator.next(below: 4) }
    guard ownPlaces else { return PairRelations(labels: labels, otherLabels: otherLabels) }
    for i in labels.indices { otherLabels[i] = labels[i] }
    return PairRelations(labels: labels, otherLabels: otherLabels, own: labels.indices.map { $0 % 2 == 0 ? $0 : -1 })
  }

  private func compare<Scalar: TensorScalar>(
    _ distances: Tensor<Scalar>, _ relations: PairRelations<Scalar>, isSimilarity: Bool
  ) {
    for kind in TripletMarginMiner<Scalar>.Kind.allCases {
      for margin in [-0.5, 0, 0.25, 1] {
        let miner = TripletMarginMiner<Scalar>(
          margin: margin, kind, distance: isSimilarity ? .dotProduct(normalized: false) : .euclidean)
        let listed = relations.selecting(miner.mine(distances.matrix, relations))
        let counted = relations.selecting(miner, over: distances)
        #expect(counted.matrix != nil && counted.matrix == listed.matrix, "\(kind), margin \(margin)")
        #expect(counted.listedTriplets() == listed.listedTriplets())
      }
    }
  }

  private func compareAll<Scalar: TensorScalar>(_: Scalar.Type) {
    var generator = SeededGenerator(seed: 81)
    for round in 0..<24 {
      let relations: PairRelations<Scalar> =
        round % 3 == 0 ? drawn(&generator) : drawn(&generator, others: 13, ownPlaces: round % 3 == 1)
      var distances: Tensor<Scalar> = .uniform([relations.rows, relations.columns], in: 0...2, &generator)
      // Quarters, so that distances are equal and gaps lie at the margins; or anything.
      if round % 2 == 0 { distances = distances.map { ($0 * 4).rounded() / 4 } }
      compare(distances, relations, isSimilarity: round % 4 > 1)
    }
  }

  @Test func countsEqualTheListInDouble() { compareAll(Double.self) }
  @Test func countsEqualTheListInFloat() { compareAll(Float.self) }

  /// Differences of infinities, and of what is not a number, decide as in the list.
  @Test func distancesThatAreNotFinite() {
    var generator = SeededGenerator(seed: 82)
    let values: [Float] = [0, 1, .infinity, -.infinity, .nan, .greatestFiniteMagnitude]
    for round in 0..<24 {
      let relations: PairRelations<Float> = drawn(&generator)
      let distances = Tensor<Float>(
        (0..<81).map { _ in values[generator.next(below: values.count)] }, shape: [9, 9])
      compare(distances, relations, isSimilarity: round % 2 == 1)
    }
  }

  @Test func rowsWithoutTripletsCountNothing() {
    let distances = Tensor<Double>([0, 1, 1, 0], shape: [2, 2])
    for labels in [[0, 0], [0, 1]] {
      let relations = PairRelations<Double>(labels: labels)
      let counted = relations.selecting(TripletMarginMiner<Double>(), over: distances)
      #expect(counted.matrix == Tensor<Double>(zeros: [2, 2]))
    }
  }
}
