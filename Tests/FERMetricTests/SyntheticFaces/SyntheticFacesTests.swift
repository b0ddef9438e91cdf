import FERMetric
import Testing

@testable import FERModels

@Suite struct SyntheticFacesTests {
  private let faces = SyntheticFaces(seed: 3, trainCount: 280, testCount: 70)

  @Test func classesHaveTheNamesAndProportionsOfRAFDB() {
    #expect(faces.classNames == RAFDBDataset.classNames)
    let whole = SyntheticFaces(trainCount: 12271, testCount: 3068)
    #expect(whole.classCounts(in: .train) == [1290, 281, 717, 4772, 1982, 705, 2524])
    #expect(whole.classCounts(in: .test) == [329, 74, 160, 1185, 478, 162, 680])
    let demo = SyntheticFaces(trainCount: 2800, testCount: 700)
    #expect(demo.classCounts(in: .train) == [294, 64, 164, 1089, 452, 161, 576])
    #expect(demo.classCounts(in: .test) == [75, 17, 37, 270, 109, 37, 155])
    #expect(demo.classCounts(in: .validation) == [0, 0, 0, 0, 0, 0, 0])
  }

  @Test func eachClassHasAPictureAndAnyCountIsPossible() {
    #expect(SyntheticFaces(trainCount: 7, testCount: 8).classCounts(in: .train) == [1, 1, 1, 1, 1, 1, 1])
    for count in [7, 8, 13, 50, 333, 20_000] {
      let counts = SyntheticFaces(trainCount: count, testCount: count).classCounts(in: .test)
      #expect(counts.reduce(0, +) == count)
      #expect(counts.allSatisfy { $0 > 0 })
    }
  }

  @Test func labelsAreShuffledBySeed() {
    let labels = faces.samples(in: .train).map(\.label)
    #expect(labels != labels.sorted())
    #expect(labels == SyntheticFaces(seed: 3, trainCount: 280, testCount: 7).samples(in: .train).map(\.label))
    #expect(labels != SyntheticFaces(seed: 4, trainCount: 280, testCount: 7).samples(in: .train).map(\.label))
  }

  @Test func labelsAndPeopleDoNotDependOnTheSize() {
    let large = SyntheticFaces(seed: 3, trainCount: 280, testCount: 70, size: 224, difficulty: .low)
    for split in [Split.train, .test] {
      #expect(large.samples(in: split) == faces.samples(in: split))
    }
  }

  @Test func splitsShareNoPerson() {
    let train = Set(faces.samples(in: .train).compactMap(\.identity))
    let test = Set(faces.samples(in: .test).compactMap(\.identity))
    #expect(train.count > 150 && test.count > 40)
    #expect(train.isDisjoint(with: test))
  }

  @Test func samplesLeadToTheirPictures() {
    #expect(faces.samples(in: .validation).isEmpty)
    for split in [Split.train, .test] {
      let samples = faces.samples(in: split)
      #expect(samples.count == faces.count(in: split))
      for index in [0, 1, samples.count - 1] {
        #expect(samples[index].label == faces.label(at: index, in: split))
        #expect(samples[index].identity == faces.identity(at: index, in: split))
        #expect(faces.image(of: samples[index]) == faces.image(at: index, in: split))
      }
    }
    let sources = (faces.samples(in: .train) + faces.samples(in: .test)).map(\.source)
    #expect(Set(sources).count == 350)
  }

  @Test func sheetShowsARowForEachExpression() {
    let sheet = SyntheticFaces(seed: 1, trainCount: 7, testCount: 7, size: 24).contactSheet(columns: 3, spacing: 1)
    #expect(sheet.width == 3 * 25 + 1)
    #expect(sheet.height == 7 * 25 + 1)
    #expect(sheet[0, 60] == (255, 255, 255))
    let small = SyntheticFaces(seed: 1, trainCount: 7, testCount: 7, size: 24)
    let face = small.image(of: .happiness, person: 1024 + 11, stream: 2, index: 11)
    for (column, row) in [(0, 0), (23, 0), (5, 17), (23, 23)] {
      #expect(sheet[2 * 25 + 1 + column, 3 * 25 + 1 + row] == face[column, row])
    }
  }

  @Test func aSplitWithoutRoomForEachClassTraps() async {
    await #expect(processExitsWith: .failure) { _ = SyntheticFaces(trainCount: 6, testCount: 7) }
    await #expect(processExitsWith: .failure) { _ = SyntheticFaces(trainCount: 7, testCount: 7, size: 15) }
    await #expect(processExitsWith: .failure) {
      _ = SyntheticFaces(trainCount: 7, testCount: 7).image(at: 0, in: .validation)
    }
  }
}
