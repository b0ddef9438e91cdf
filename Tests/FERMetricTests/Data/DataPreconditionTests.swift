import FERModels
import Testing

@Suite struct DataPreconditionTests {
  @Test func fractionsLieBelowOne() async {
    await #expect(processExitsWith: .failure) {
      _ = InMemoryFaces(trainCounts: [2, 2]).stratifiedValidation(fraction: 1, seed: 0)
    }
  }

  @Test func aSplitIsNotComparedWithItself() async {
    await #expect(processExitsWith: .failure) {
      _ = try InMemoryFaces(trainCounts: [2, 2]).duplicates(in: .train, presentIn: .test, .train)
    }
  }

  @Test func votesHaveTenColumns() async {
    await #expect(processExitsWith: .failure) { _ = FERPlusLabelRule.majority.label(forVotes: [1, 2, 3]) }
  }

  @Test func syntheticFacesStandInNoFolder() async {
    await #expect(processExitsWith: .failure) { _ = try DatasetLayout.synthetic.open(at: ".") }
  }

  @Test func labelsLieInTheClasses() async {
    await #expect(processExitsWith: .failure) {
      var faces = InMemoryFaces(trainCounts: [2, 2])
      faces.labels[.train] = [0, 2]
      _ = faces.classCounts(in: .train)
    }
  }
}
