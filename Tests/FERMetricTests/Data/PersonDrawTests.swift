import Testing

@testable import FERModels

/// Validation splits of whole persons.
@Suite struct PersonDrawTests {
  /// Faces in memory whose training pictures show the given persons.
  private func faces(_ trainCounts: [Int], person: (_ index: Int, _ label: Int) -> Int?) -> SelectedDataset {
    var faces = SelectedDataset(InMemoryFaces(trainCounts: trainCounts))
    for index in faces[.train].indices {
      faces[.train][index].identity = person(index, faces[.train][index].label)
    }
    return faces
  }

  private func persons(_ faces: some FaceDataset, in split: Split) -> Set<Int?> {
    Set(faces.samples(in: split).map(\.identity))
  }

  @Test(arguments: [0.05, 0.1, 0.3]) func aPersonIsOnOneSideOnly(_ fraction: Double) throws {
    let faces = SyntheticFaces(trainCount: 4096, testCount: 70)
    for seed in 0..<3 as Range<UInt64> {
      let drawn = try faces.validationByPerson(fraction: fraction, seed: seed)
      #expect(persons(drawn, in: .train).isDisjoint(with: persons(drawn, in: .validation)))
      let samples = drawn.samples(in: .train) + drawn.samples(in: .validation)
      #expect(samples.count == 4096 && Set(samples) == Set(faces.samples(in: .train)))
      #expect(drawn.positions(in: .train) == drawn.positions(in: .train).sorted())
      #expect(drawn.positions(in: .validation) == drawn.positions(in: .validation).sorted())
      #expect(drawn.samples(in: .test) == faces.samples(in: .test))
      // Whole persons come near to the classes' shares.
      let stratified = faces.stratifiedValidation(fraction: fraction, seed: seed).classCounts(in: .validation)
      for (count, expected) in zip(drawn.classCounts(in: .validation), stratified) {
        #expect(abs(count - expected) <= 2 + expected / 5, "\(count) for \(expected)")
      }
    }
    // By picture, most persons of the validation split are in training as well.
    let byPicture = faces.stratifiedValidation(fraction: fraction, seed: 0)
    let shared = persons(byPicture, in: .train).intersection(persons(byPicture, in: .validation))
    #expect(2 * shared.count > persons(byPicture, in: .validation).count)
  }

  @Test func isAFunctionOfTheSeedAndOfWhoIsTheSame() throws {
    func positions(_ seed: UInt64, _ number: (Int) -> Int = { $0 }) throws -> [Int] {
      try faces([42, 28, 30]) { index, _ in number(index % 12) }
        .validationByPerson(fraction: 0.2, seed: seed).positions(in: .validation)
    }
    #expect(try positions(3) == positions(3) && positions(3) != positions(4))
    #expect(try positions(3) == positions(3) { 100 * $0 - 500 })
  }

  @Test func noClassLosesItsLastPicture() throws {
    // Person 0 alone shows class 2.
    let faces = faces([20, 20, 4]) { index, label in label == 2 ? 0 : index % 5 }
    for seed in 0..<8 as Range<UInt64> {
      let drawn = try faces.validationByPerson(fraction: 0.3, seed: seed)
      #expect(drawn.classCounts(in: .train)[2] == 4 && !persons(drawn, in: .validation).contains(0))
      #expect(!drawn.samples(in: .validation).isEmpty)
    }
  }

  @Test func onePersonIsDrawnWhereEachIsMoreThanTheShare() throws {
    let drawn = try faces([30, 30]) { index, _ in index < 40 ? 0 : 1 }.validationByPerson(fraction: 0.05, seed: 0)
    #expect(persons(drawn, in: .validation) == [1] && drawn.samples(in: .validation).count == 20)
  }

  @Test func whatCannotBeDrawnIsSaid() throws {
    let single = #expect(throws: DatasetError.self) {
      try faces([5, 5]) { _, _ in 7 }.validationByPerson(fraction: 0.1, seed: 0)
    }
    #expect(single?.kind == .impossibleDraw)
    #expect(single?.remedy.contains("by class") == true)
    let unknown = #expect(throws: DatasetError.self) {
      try faces([5, 5]) { index, _ in index == 9 ? nil : index }.validationByPerson(fraction: 0.1, seed: 0)
    }
    #expect(unknown?.kind == .missingIdentity && unknown?.path == "in memory")
    #expect(unknown?.remedy.contains("--identity-separator") == true)
  }

  @Test func nothingIsDrawnBesideAnOfficialSplitOrForNoShare() throws {
    var official = SelectedDataset(InMemoryFaces(trainCounts: [5, 5]))
    official[.validation] = [official[.train].removeLast()]
    let drawn = try official.validationByPerson(fraction: 0.4, seed: 0)
    #expect(drawn.samples(in: .validation) == official[.validation] && drawn.samples(in: .train) == official[.train])
    let none = try faces([5, 5]) { index, _ in index % 3 }.validationByPerson(fraction: 0, seed: 0)
    #expect(none.samples(in: .validation).isEmpty && none.samples(in: .train).count == 10)
  }

  @Test func aSourceTellsByWhatItIsDrawn() throws {
    var source = DataSource(path: "", layout: .synthetic, validation: 0.02)
    #expect(source.validationDraw == nil)
    let byClass = try source.open()
    source.validationDraw = .byClass
    #expect(try source.open().samples(in: .validation) == byClass.samples(in: .validation))
    source.validationDraw = .byPerson
    let byPerson = try source.open()
    #expect(persons(byPerson, in: .train).isDisjoint(with: persons(byPerson, in: .validation)))
  }
}
