import Testing

@testable import FERModels

@Suite struct FERPlusDatasetTests {
  private static let header =
    "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"

  private static let rules: [(votes: [Int], majority: Int?, plurality: Int?)] = [
    ([10, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0, 0),
    ([0, 0, 0, 0, 0, 0, 0, 10, 0, 0], 7, 7),
    ([5, 5, 0, 0, 0, 0, 0, 0, 0, 0], nil, 0),
    ([0, 4, 0, 4, 0, 0, 0, 0, 2, 0], nil, 1),
    ([0, 0, 6, 4, 0, 0, 0, 0, 0, 0], 2, 2),
    ([4, 1, 1, 1, 1, 1, 1, 0, 0, 0], 0, 0),
    ([4, 2, 1, 1, 1, 1, 0, 0, 0, 0], 0, 0),
    ([4, 2, 2, 1, 1, 0, 0, 0, 0, 0], nil, 0),
    ([0, 4, 0, 0, 0, 0, 0, 0, 4, 2], nil, 1),
    ([0, 3, 0, 0, 0, 0, 0, 0, 7, 0], nil, nil),
    ([0, 3, 0, 0, 0, 0, 0, 0, 0, 7], nil, nil),
    ([3, 0, 0, 3, 0, 0, 0, 0, 4, 0], nil, nil),
    ([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], nil, 0),
    ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], nil, nil),
    ([0, 2, 0, 1, 1, 1, 1, 1, 1, 1], 1, 1),
  ]

  @Test(arguments: rules)
  func labels(votes: [Int], majority: Int?, plurality: Int?) {
    #expect(FERPlusLabelRule.majority.label(forVotes: votes) == majority)
    #expect(FERPlusLabelRule.plurality.label(forVotes: votes) == plurality)
  }

  @Test func keepsTheMajority() throws {
    let faces = try FERPlusDataset(at: fixture("Data/fer-plus"))
    #expect(faces.classNames.count == 8)
    #expect(faces.classCounts(in: .train) == [2, 1, 1, 1, 1, 1, 1, 1])
    #expect(faces.classCounts(in: .validation) == [1, 1, 0, 0, 0, 0, 0, 0])
    #expect(faces.classCounts(in: .test) == [1, 1, 0, 0, 0, 0, 1, 0])
    #expect(Split.allCases.map(faces.rejectedCount) == [6, 1, 0])
    #expect(faces.samples(in: .train).map(\.line) == [1, 2, 3, 4, 5, 6, 7, 8, 10])
  }

  @Test func keepsThePluralityOnRequest() throws {
    let faces = try FERPlusDataset(at: fixture("Data/fer-plus"), labels: .plurality)
    #expect(faces.classCounts(in: .train) == [5, 2, 1, 1, 1, 1, 1, 1])
    #expect(faces.classCounts(in: .validation) == [1, 1, 1, 0, 0, 0, 0, 0])
    #expect(faces.classCounts(in: .test) == [1, 1, 0, 0, 0, 0, 1, 0])
    #expect(Split.allCases.map(faces.rejectedCount) == [2, 0, 0])
  }

  #if ImageCodecs
    @Test func decodesThePictures() throws {
      let faces = try FERPlusDataset(at: fixture("Data/fer-plus"))
      let image = try faces.image(of: faces.samples(in: .train)[0])
      #expect(image.width == 8 && image.height == 8)
    }

    @Test func dropsThePicturesOfTheTrainingSplitFromTheTest() throws {
      let faces = try FERPlusDataset(at: fixture("Data/fer-plus"))
      #expect(try faces.droppingDuplicates(from: .test, presentIn: .train).fileNames(in: .test) == ["fer0000030.png"])
      #expect(try faces.duplicates(in: .validation, presentIn: .train, .test).isEmpty)
    }
  #endif

  @Test func bytesTellOnlyCopiedFiles() throws {
    let faces = try FERPlusDataset(at: fixture("Data/fer-plus"))
    let selection = try faces.droppingDuplicates(from: .test, presentIn: .train, comparing: .fileBytes)
    #expect(selection.fileNames(in: .test) == ["fer0000030.png", "fer0000031.png"])
    #expect(selection.samples(in: .train) == faces.samples(in: .train))
  }

  /// The table of all splits, with Windows line ends and a byte-order mark; one picture was withdrawn, one is listed twice.
  private func tableFolder(_ extra: String = "") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var rows = [Self.header]
    for label in 0..<8 {
      let votes = (0..<10).map { $0 == label ? "10" : "0" }.joined(separator: ",")
      for (usage, name) in [
        ("Training", "FER2013Train"), ("PublicTest", "FER2013Valid"), ("PrivateTest", "FER2013Test"),
      ] {
        rows.append("\(usage),\(usage)\(label).png,\(votes)")
        try folder.write("\(name)/\(usage)\(label).png")
      }
    }
    rows += ["Training,,0,0,0,0,0,0,0,0,0,10", "Training,Training0.png,9,0,0,0,0,0,0,0,1,0"]
    if !extra.isEmpty { rows.append(extra) }
    try folder.write("fer2013new.csv", "\u{FEFF}" + rows.joined(separator: "\r\n"))
    return folder
  }

  @Test func readsTheTableWhereThereAreNoLists() throws {
    let folder = try tableFolder()
    let faces = try FERPlusDataset(at: folder.path)
    #expect(faces.classCounts(in: .train) == [2, 1, 1, 1, 1, 1, 1, 1])
    #expect(faces.classCounts(in: .validation) == [1, 1, 1, 1, 1, 1, 1, 1])
    #expect(faces.samples(in: .test).map(\.line) == [4, 7, 10, 13, 16, 19, 22, 25])
  }

  @Test(arguments: [
    ("Test,a.png,1,0,0,0,0,0,0,0,0,0", "\"Test\" is none of"),
    ("Training,a.png,1,0,0,0,0,0,0,0,0", "11 fields instead of 12"),
    ("Training,a.png,x,0,0,0,0,0,0,0,0,0", "\"x\" is not a count"),
    ("Training,a.png,-1,0,0,0,0,0,0,0,0,0", "\"-1\" is not a count"),
    ("Training,a\"b.png,1,0,0,0,0,0,0,0,0,0", "quotation mark"),
  ])
  func faultyRowsOfTheTable(row: String, reason: String) throws {
    let folder = try tableFolder(row)
    let error = #expect(throws: DatasetError.self) { try FERPlusDataset(at: folder.path) }
    #expect(error?.kind == .malformedRow)
    #expect(error?.path == folder("fer2013new.csv"))
    #expect(error?.line == 28)
    #expect(error?.reason.contains(reason) == true)
  }

  @Test func whatElseMayBeWrong() throws {
    let folder = try tableFolder()
    func error() -> DatasetError? { #expect(throws: DatasetError.self) { try FERPlusDataset(at: folder.path) } }
    try folder.remove("FER2013Test/PrivateTest3.png")
    #expect(error()?.kind == .missingPictures)
    #expect(error()?.line == 13)
    try folder.write("fer2013new.csv", "Usage,Image name,happiness\n")
    #expect(error()?.line == 1)
    try folder.write("FER2013Train/label.csv", "Training1.png,\"(0, 0, 48)\",10,0,0,0,0,0,0,0,0,0\n")
    #expect(error()?.kind == .missingList)
    try folder.write("FER2013Valid/label.csv")
    try folder.write("FER2013Test/label.csv")
    #expect(error()?.reason.contains("not of four numbers") == true)
    try folder.write("FER2013Train/label.csv", "Training1.png,\"(0, 0, 48, 48)\",0,0,0,0,0,0,0,0,10,0\n")
    #expect(error()?.kind == .emptySplit)
    try folder.remove("FER2013Valid")
    #expect(error()?.kind == .missingFolder)
  }
}
