import FERModels
import Testing

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
