import Testing

@testable import FERMetric

/// What anchors with few and with many positives do differently gives the same triplets, losses and slopes.
@Suite struct ManyPositivesTests {
  private func batch() -> TensorBatch<Double> {
    var generator = SeededGenerator(seed: 11)
    var embeddings = Tensor<Double>.normal([40, 3], &generator)
    // Two pairs of equal samples: distances of 0, and ties.
    for j in 0..<3 { (embeddings[1, j], embeddings[2, j]) = (embeddings[0, j], embeddings[5, j]) }
    return TensorBatch(
      embeddings: embeddings, labels: (0..<40).map { $0 * $0 % 3 }, identities: (0..<40).map { $0 % 4 })
  }

  @Test(arguments: [IdentityPolicy.ignore, .prefer], SemihardFallback.allCases)
  func semihardLists(identities: IdentityPolicy, fallback: SemihardFallback) {
    batch().withViews { views in
      let distances = DistanceTable(views, .faceNet).distances
      let lists = [0, 512].map {
        TripletList(
          .semihard(fallback: fallback), in: views, distances: distances.matrix, identities: identities,
          fewPositives: $0)
      }
      #expect(lists[0].count > 100)
      #expect(lists[0].anchors == lists[1].anchors && lists[0].positives == lists[1].positives)
      #expect(lists[0].negatives == lists[1].negatives)
    }
  }

  @Test(arguments: [-0.3, 0, 0.2, 5])
  func hingesOfAllTriplets(margin: Double) {
    batch().withViews { views in
      let term = TripletTerm<Double>(.hinge(margin: margin), dimension: 3)
      var (tallies, tables): ([TripletTally], [DistanceTable<Double>]) = ([], [])
      for few in [0, 512] {
        var tally = TripletTally(anchors: 40)
        var table = DistanceTable(views, TripletDistance(.root))
        table.addAll(of: views, term, identities: .ignore, fewPositives: few, to: &tally)
        tallies.append(tally)
        tables.append(table)
      }
      #expect(tallies[0].active > 0 && tallies[0].active == tallies[1].active)
      #expect(tallies[0].contributing == tallies[1].contributing && tallies[0].triplets == tallies[1].triplets)
      #expect(tallies[0].loss.isApproximately(tallies[1].loss, relative: 1e-13))
      #expect(tables[0].gradients == tables[1].gradients)
      for (a, b) in zip(tallies[0].anchorLosses, tallies[1].anchorLosses) {
        #expect((a - b).magnitude <= 1e-12 * max(1, a))
      }
    }
  }

  @Test func choicesInVectorisedLoops() {
    let kernels = Double.tripletKernels
    let distances: [Double] = [3, 1, 0, 7, 7, 1, 0, 2]
    let numbers: [Int32] = [0, 0, 0, 1, 1, 2, -1, 0]
    let own = ClassCandidates(numbers: numbers, own: 0, isOther: false, except: 0)
    let others = ClassCandidates(numbers: numbers, own: 0, isOther: true)
    #expect(kernels.farthest(distances.span, own) == 7)
    #expect(kernels.nearest(distances.span, own) == 2)
    #expect(kernels.nearest(distances.span, own, beyond: 1) == 7)
    #expect(kernels.farthest(distances.span, others) == 3)
    #expect(kernels.nearest(distances.span, others) == 5)
    #expect(kernels.nearest(distances.span, others, beyond: 7) == nil)
    #expect(kernels.farthest(distances.span, ClassCandidates(numbers: numbers, own: 5, isOther: false)) == nil)
    #expect(kernels.farthest(distances.span) == 3)
    #expect(kernels.nearest(distances.span) == 2)
    #expect(kernels.nearest(distances.span, beyond: 2) == 0)
    #expect(kernels.nearest(Span<Double>()) == nil)
    #expect(kernels.nearest(distances.span, beyond: [2, -1, 7, 0]) == [0, 2, -1, 1])
  }
}
