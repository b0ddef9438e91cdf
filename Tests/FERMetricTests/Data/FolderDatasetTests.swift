import Testing

@testable import FERModels

@Suite struct FolderDatasetTests {
  @Test func readsSplitsAndNestedFoldersInTheOrderOfTheirBytes() throws {
    let faces = try FolderDataset(at: fixture("Data/folder"))
    #expect(faces.name == "folder")
    #expect(faces.classNames == ["calm", "glad"])
    #expect(faces.fileNames(in: .train) == ["1.jpg", "B.jpg", "2.jpg", "3.jpg", "9.jpg", "4.png"])
    #expect(faces.samples(in: .train).map(\.label) == [0, 0, 0, 0, 0, 1])
    #expect(faces.fileNames(in: .validation) == ["5.jpg", "6.jpg"])
    #expect(faces.fileNames(in: .test) == ["7.jpg", "8.JPEG"])
  }

  #if ImageCodecs
    @Test func decodesByContent() throws {
      let faces = try FolderDataset(at: fixture("Data/folder"))
      #expect(try faces.image(of: faces.samples(in: .train)[5]).width == 12)
    }
  #endif

  private func classFolders(_ counts: [String: Int]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, count) in counts {
      try folder.makeFolder(name)
      for index in 0..<count { try folder.write("\(name)/\(index).jpg") }
    }
    return folder
  }

  @Test func splitsClassFoldersBySeed() throws {
    let folder = try classFolders(["a": 20, "b": 10, "c": 2])
    let faces = try FolderDataset(at: folder.path)
    #expect(faces.classCounts(in: .train) == [17, 8, 1])
    #expect(faces.classCounts(in: .test) == [3, 2, 1])
    #expect(Set(faces.samples(in: .train)).isDisjoint(with: faces.samples(in: .test)))
    #expect(try FolderDataset(at: folder.path).samples(in: .test) == faces.samples(in: .test))
    #expect(try FolderDataset(at: folder.path, seed: 1).samples(in: .test) != faces.samples(in: .test))
    #expect(try FolderDataset(at: folder.path, testFraction: 0).classCounts(in: .train) == [20, 10, 2])
  }

  @Test func takesTheClassesOfTheTrainingSplit() throws {
    let folder = try classFolders(["train/a": 1, "train/b": 1, "test/a": 1])
    #expect(try FolderDataset(at: folder.path).classCounts(in: .test) == [1, 0])
    try folder.write("test/c/1.jpg")
    let error = #expect(throws: DatasetError.self) { try FolderDataset(at: folder.path) }
    #expect(error?.kind == .labelOutOfRange)
    #expect(error?.path == folder("test/c"))
  }

  @Test func readsALinkedFolderOnce() throws {
    let folder = try classFolders(["a": 2, "b": 2])
    try folder.link("a/again", to: folder.path)
    #expect(try FolderDataset(at: folder.path, testFraction: 0).classCounts(in: .train) == [4, 2])
  }

  /// The person that each file shows, by the file's name.
  private func persons(_ faces: FolderDataset) -> [String: Int?] {
    let samples = Split.allCases.flatMap(faces.samples(in:))
    return Dictionary(uniqueKeysWithValues: samples.map { (FolderReader.name(of: $0.description), $0.identity) })
  }

  @Test func namesPersonsByWhatFileNamesBeginWith() throws {
    let folder = try TemporaryFolder()
    for name in ["train/a/S2_1.png", "train/a/S10_2.png", "train/b/S2_3_x.jpg", "val/b/S10_4.png", "test/a/S1_5.png"] {
      try folder.write(name)
    }
    #expect(persons(try FolderDataset(at: folder.path)).values.allSatisfy { $0 == nil })
    let expected = ["S1_5.png": 0, "S10_2.png": 1, "S10_4.png": 1, "S2_1.png": 2, "S2_3_x.jpg": 2]
    #expect(persons(try FolderDataset(at: folder.path, identitySeparator: "_")) == expected)
    let source = DataSource(path: folder.path, layout: .folder, identitySeparator: "_")
    #expect(Set(try source.open().samples(in: .train).map(\.identity)) == [1, 2])
  }

  @Test func numbersPersonsWhateverTheSplit() throws {
    let folder = try TemporaryFolder()
    for index in 0..<6 {
      for (person, name) in ["KA", "KL", "KM"].enumerated() {
        try folder.write("\(["a", "b"][index % 2])/\(name).\(index)\(person).png")
      }
    }
    for seed in 0..<4 as Range<UInt64> {
      let faces = try FolderDataset(at: folder.path, testFraction: 0.5, seed: seed, identitySeparator: ".")
      #expect(
        persons(faces).allSatisfy { name, person in person == ["KA", "KL", "KM"].firstIndex(of: name.prefix(2)) })
    }
  }

  @Test(arguments: ["train/b/S1.png", "train/b/_1.png", "test/a/1-2.png"])
  func aNameWithoutAPersonIsAnError(name: String) throws {
    let folder = try TemporaryFolder()
    for name in ["train/a/S1_1.png", "train/b/S2_1.png", name] { try folder.write(name) }
    let error = #expect(throws: DatasetError.self) { try FolderDataset(at: folder.path, identitySeparator: "_") }
    #expect(error?.kind == .missingIdentity)
    #expect(error?.path == folder(name))
    #expect(error?.remedy.contains("do without identities") == true)
  }

  @Test func theEndingIsNoSeparator() throws {
    let folder = try classFolders(["a": 1, "b": 1])
    let error = #expect(throws: DatasetError.self) { try FolderDataset(at: folder.path, identitySeparator: ".") }
    #expect(error?.path == folder("a/0.jpg"))
  }

  @Test func otherLayoutsTellNoPersons() throws {
    for layout in [DatasetLayout.auto, .rafDB] {
      let error = #expect(throws: DatasetError.self) {
        try layout.open(at: fixture("Data/raf-db"), identitySeparator: "_")
      }
      #expect(error?.kind == .missingIdentity)
    }
  }

  @Test func whatMayBeWrong() throws {
    let folder = try classFolders(["train/a": 1, "train/b": 0])
    func error() -> DatasetError? { #expect(throws: DatasetError.self) { try FolderDataset(at: folder.path) } }
    #expect(error()?.kind == .emptyClass)
    #expect(error()?.path == folder("train/b"))
    try folder.write("train/b/notes.txt")
    #expect(error()?.kind == .emptyClass)
    try folder.write("train/b/1.jpg")
    try folder.write("val/a/1.jpg")
    try folder.write("valid/a/1.jpg")
    #expect(error()?.path == folder("val"))
    try folder.remove("train")
    try folder.makeFolder("train")
    #expect(error()?.kind == .unknownLayout)
    try folder.remove("")
    #expect(error()?.kind == .missingFolder)
  }
}
