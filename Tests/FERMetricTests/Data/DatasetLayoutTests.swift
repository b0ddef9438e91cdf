import FERModels
import Testing

@Suite struct DatasetLayoutTests {
  @Test(arguments: [
    ("raf-db", DatasetLayout.rafDB), ("fer-plus", .ferPlus), ("folder", .folder), ("folder/train", .folder),
  ])
  func detects(name: String, layout: DatasetLayout) throws {
    #expect(try DatasetLayout.detect(at: fixture("Data/\(name)")) == layout)
    #expect(try DatasetLayout.auto.open(at: fixture("Data/\(name)")).classNames.isEmpty == false)
  }

  @Test func namesAreThoseOfTheCommandLine() {
    #expect(DatasetLayout.allCases.map(\.rawValue) == ["auto", "raf-db", "fer-plus", "folder", "synthetic"])
  }

  @Test func passesTheLabelRuleOn() throws {
    let faces = try DatasetLayout.ferPlus.open(at: fixture("Data/fer-plus"), labels: .plurality)
    #expect(faces.samples(in: .train).count == 13)
  }

  @Test func saysWhatItLookedFor() throws {
    let folder = try TemporaryFolder()
    try folder.write("a/notes.txt")
    try folder.write("list_patition_label.txt")
    let error = #expect(throws: DatasetError.self) { try DatasetLayout.detect(at: folder.path) }
    #expect(error?.kind == .unknownLayout)
    for name in ["EmoLabel/list_patition_label.txt", "FER2013Train", "fer2013new.csv", "train/<class>"] {
      #expect(error?.description.contains(name) == true)
    }
    #expect(error?.description.hasPrefix(folder.path + ": ") == true)
    let missing = #expect(throws: DatasetError.self) { try DatasetLayout.detect(at: folder("nowhere")) }
    #expect(missing?.kind == .missingFolder)
  }

  @Test func hintsAtAFolderBelow() throws {
    let folder = try TemporaryFolder()
    try folder.write("basic/EmoLabel/list_patition_label.txt")
    let error = #expect(throws: DatasetError.self) { try DatasetLayout.detect(at: folder.path) }
    #expect(error?.remedy == "give \(folder("basic")), which has the layout raf-db")
  }
}
