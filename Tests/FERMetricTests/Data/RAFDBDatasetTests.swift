import FERModels
import Testing

@Suite struct RAFDBDatasetTests {
  private static let listName = "EmoLabel/list_patition_label.txt"
  private static let sound = (1...7).map { "train_0000\($0).jpg \($0)" } + ["test_0001.jpg 4", "test_0002.jpg 7"]

  /// A data set whose pictures are empty files; only names matter until one is decoded.
  private func folder(_ lines: [String], end: String = "", pictures: [String] = sound) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Self.listName, lines.joined(separator: "\n") + end)
    for line in pictures {
      let stem = line.split(separator: ".")[0]
      try folder.write("Image/aligned/\(stem)_aligned.jpg")
      try folder.write("Image/original/\(stem).jpg")
    }
    return folder
  }

  @Test func readsTheOfficialLayout() throws {
    let faces = try RAFDBDataset(at: fixture("Data/raf-db"))
    #expect(faces.classNames == ["Surprise", "Fear", "Disgust", "Happiness", "Sadness", "Anger", "Neutral"])
    #expect(faces.fileNames(in: .train).first == "train_00001_aligned.jpg")
    #expect(faces.fileNames(in: .test).last == "test_0007_aligned.jpg")
    #expect(faces.samples(in: .train).map(\.label) == [0, 1, 2, 3, 4, 5, 6])
    #expect(faces.samples(in: .test).map(\.label) == [6, 5, 4, 3, 2, 1, 0])
    #expect(faces.samples(in: .test).map(\.line) == [8, 9, 10, 11, 12, 13, 14])
    #expect(faces.samples(in: .validation).isEmpty)
    #expect(faces.classCounts(in: .train) == [1, 1, 1, 1, 1, 1, 1])
  }

  #if ImageCodecs
    @Test func decodesThePictures() throws {
      let faces = try RAFDBDataset(at: fixture("Data/raf-db"))
      for sample in faces.samples(in: .train) + faces.samples(in: .test) {
        let image = try faces.image(of: sample)
        #expect(image.width == 12 && image.height == 12)
      }
    }
  #endif

  @Test(arguments: ["", "\n", "\r\n", "\n\n"]) func anyEndOfTheLastLine(end: String) throws {
    let folder = try folder(Self.sound, end: end)
    let faces = try RAFDBDataset(at: folder.path)
    #expect(faces.samples(in: .test).map(\.label) == [3, 6])
  }

  @Test func originalPicturesOnRequest() throws {
    let folder = try folder(Self.sound)
    let faces = try RAFDBDataset(at: folder.path, images: .original)
    let paths = ["test_0001", "test_0002"].map { folder("Image/original/\($0).jpg") }
    #expect(faces.samples(in: .test).map(\.path) == paths)
  }

  @Test func keepsTheOrderOfTheList() throws {
    let folder = try folder(Self.sound.reversed())
    #expect(try RAFDBDataset(at: folder.path).samples(in: .train).map(\.label) == [6, 5, 4, 3, 2, 1, 0])
  }

  @Test(arguments: [
    ("train_00001.jpg 8", DatasetError.Kind.labelOutOfRange, "label 8 is not in 1...7"),
    ("train_00001.jpg 0", .labelOutOfRange, "label 0 is not in 1...7"),
    ("train_00001.jpg", .malformedRow, "1 cells instead of 2"),
    ("train_00001.jpg 1 1", .malformedRow, "3 cells instead of 2"),
    ("train_00001.jpg happy", .malformedRow, "\"happy\" is not a whole number"),
    ("face_00001.jpg 1", .malformedRow, "neither with train_ nor with test_"),
    ("train_00002.jpg 1", .listedTwice, "first on line 2"),
  ])
  func faultyLines(text: String, kind: DatasetError.Kind, reason: String) throws {
    var lines = Self.sound
    lines[text == "train_00002.jpg 1" ? 2 : 3] = text
    let folder = try folder(lines)
    let error = #expect(throws: DatasetError.self) { try RAFDBDataset(at: folder.path) }
    #expect(error?.kind == kind)
    #expect(error?.line == (text == "train_00002.jpg 1" ? 3 : 4))
    #expect(error?.reason.contains(reason) == true)
    #expect(error?.description.hasPrefix(folder(Self.listName) + ":") == true)
  }

  @Test func missingPicturesAreCountedAndNamed() throws {
    let folder = try folder(Self.sound, pictures: [Self.sound[0], Self.sound[8]])
    let error = #expect(throws: DatasetError.self) { try RAFDBDataset(at: folder.path) }
    #expect(error?.kind == .missingPictures)
    #expect(error?.line == 2)
    #expect(error?.reason.hasPrefix("7 of 9 pictures are missing: ") == true)
    #expect(error?.reason.contains("train_00004_aligned.jpg and 4 more") == true)
  }

  @Test func aNameIsNoPath() throws {
    let folder = try folder(Self.sound + ["test_/../test_0001.jpg 4"])
    let error = #expect(throws: DatasetError.self) { try RAFDBDataset(at: folder.path) }
    #expect(error?.kind == .missingPictures)
    #expect(error?.line == 10)
  }

  @Test func whatElseMayBeMissing() throws {
    let folder = try folder(Self.sound)
    func kind() -> DatasetError.Kind? { #expect(throws: DatasetError.self) { try RAFDBDataset(at: folder.path) }?.kind }
    #expect(throws: DatasetError.self) { try RAFDBDataset(at: folder("elsewhere")) }
    try folder.write(Self.listName, Self.sound.dropLast(2).joined(separator: "\n"))
    #expect(kind() == .emptySplit)
    try folder.write(Self.listName, Self.sound.dropFirst(2).joined(separator: "\n"))
    #expect(kind() == .emptyClass)
    try folder.write(Self.listName)
    #expect(kind() == .emptySplit)
    try folder.remove("Image/aligned")
    #expect(kind() == .missingFolder)
    try folder.remove(Self.listName)
    #expect(kind() == .missingList)
    try folder.remove("")
    #expect(kind() == .missingFolder)
  }
}
