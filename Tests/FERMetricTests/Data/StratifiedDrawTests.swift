import Testing

@testable import FERModels

@Suite struct StratifiedDrawTests {
  @Test(arguments: [
    // Quotas 4.2, 2.8, 3.0.
    (10, [42, 28, 30], 0, [4, 3, 3]),
    // Equal remainders go to the lower classes.
    (2, [1, 1, 1, 1], 0, [1, 1, 1, 1]),
    (5, [2, 2, 2], 0, [2, 2, 1]),
    // A class without a place takes one from the largest.
    (10, [1000, 1, 1], 0, [8, 1, 1]),
    (10, [500, 500, 1, 0], 0, [5, 4, 1, 0]),
    // The reserve keeps the last of a class.
    (4, [2, 1, 1], 1, [1, 0, 0]),
    (10, [42, 28, 30], 1, [4, 3, 3]),
    (0, [3, 4], 0, [0, 0]),
    (7, [3, 4], 0, [3, 4]),
    // RAF-DB's training split: a tenth, and ten thousand.
    (1227, [1290, 281, 717, 4772, 1982, 705, 2524], 1, [129, 28, 72, 477, 198, 71, 252]),
    (10_000, [1290, 281, 717, 4772, 1982, 705, 2524], 0, [1051, 229, 584, 3889, 1615, 575, 2057]),
  ])
  func apportions(total: Int, sizes: [Int], reserve: Int, expected: [Int]) {
    #expect(Apportionment.places(total: total, sizes: sizes, reserve: reserve) == expected)
  }

  @Test func limitsByClassInOrder() throws {
    let faces = InMemoryFaces(trainCounts: [42, 28, 30])
    let limited = try faces.stratifiedLimit(count: 10, seed: 3)
    #expect(limited.classCounts(in: .train) == [4, 3, 3])
    #expect(limited.positions(in: .train) == limited.positions(in: .train).sorted())
    #expect(Set(limited.samples(in: .train)).isSubset(of: faces.samples(in: .train)))
    #expect(try faces.stratifiedLimit(count: 10, seed: 3).positions(in: .train) == limited.positions(in: .train))
    #expect(try faces.stratifiedLimit(count: 10, seed: 4).positions(in: .train) != limited.positions(in: .train))
    let larger = try faces.stratifiedLimit(count: 50, seed: 3)
    #expect(Set(limited.samples(in: .train)).isSubset(of: larger.samples(in: .train)))
    #expect(try faces.stratifiedLimit(count: 100, seed: 3).samples(in: .train) == faces.samples(in: .train))
    #expect(try faces.stratifiedLimit(count: 1000, seed: 3).samples(in: .train) == faces.samples(in: .train))
  }

  @Test func aLimitBelowTheClassesIsRefused() {
    let error = #expect(throws: DatasetError.self) {
      try InMemoryFaces(trainCounts: [4, 4, 4, 0]).stratifiedLimit(count: 2, seed: 0)
    }
    #expect(error?.kind == .impossibleDraw)
    #expect(error?.remedy == "ask for 3 or more")
  }

  @Test func validationComesFromTrainAlone() {
    var faces = InMemoryFaces(trainCounts: [42, 28, 30, 1])
    faces.labels[.test] = [0, 1, 2, 3]
    let drawn = faces.stratifiedValidation(fraction: 0.1, seed: 0)
    #expect(drawn.classCounts(in: .validation) == [4, 3, 3, 0])
    #expect(drawn.classCounts(in: .train) == [38, 25, 27, 1])
    #expect(drawn.samples(in: .test) == faces.samples(in: .test))
    #expect(Set(drawn.positions(in: .train) + drawn.positions(in: .validation)) == Set(faces.positions(in: .train)))
    #expect(drawn.positions(in: .train) == drawn.positions(in: .train).sorted())
  }

  @Test func anOfficialValidationSplitStays() {
    var faces = InMemoryFaces(trainCounts: [5, 5])
    faces.labels[.validation] = [0, 1]
    let drawn = faces.stratifiedValidation(fraction: 0.4, seed: 0)
    #expect(drawn.samples(in: .validation) == faces.samples(in: .validation))
    #expect(drawn.samples(in: .train) == faces.samples(in: .train))
  }

  @Test func theFractionZeroTrainsOnAll() {
    let drawn = InMemoryFaces(trainCounts: [5, 5]).stratifiedValidation(fraction: 0, seed: 0)
    #expect(drawn.samples(in: .train).count == 10)
    #expect(drawn.samples(in: .validation).isEmpty)
  }

  @Test func selectionsCompose() throws {
    let faces = try InMemoryFaces(trainCounts: [42, 28, 30])
      .stratifiedValidation(fraction: 0.1, seed: 0)
      .stratifiedLimit(count: 45, seed: 0)
    #expect(faces.name == "in memory")
    #expect(faces.classCounts(in: .validation) == [4, 3, 3])
    #expect(faces.classCounts(in: .train) == [19, 13, 13])
    #expect(Set(faces.samples(in: .train)).isDisjoint(with: faces.samples(in: .validation)))
    #expect(try faces.requiredSamples(in: .train).count == 45)
    #expect(throws: DatasetError.self) { try faces.requiredSamples(in: .test) }
  }
}
