import FERModels
import Testing

@Suite struct DatasetVerifierTests {
  private static let list = "EmoLabel/list_patition_label.txt"

  /// Each planted defect as `path:line kind`, in the order of the report.
  private static let planted = [
    "\(list) emptyClass",
    "\(list):1 byteOrderMark",
    "\(list):7 labelOutOfRange",
    "\(list):8 malformedRow",
    "\(list):9 missingFile",
    "\(list):10 listedTwice",
    "\(list):17 carriageReturns",
    "Image/aligned/test_0008_aligned.jpg duplicateAcrossSplits",
    "Image/aligned/train_00010_aligned.jpg emptyFile",
    "Image/aligned/train_00011_aligned.jpg damagedPicture",
    "Image/aligned/train_00012_aligned.jpg notAPicture",
    "Image/aligned/train_00013_aligned.jpg wrongFormat",
    "Image/aligned/train_00014_aligned.jpg oddSize",
    "Image/aligned/train_00015_aligned.jpg uniformPicture",
    "Image/aligned/train_00099_aligned.jpg unlistedFile",
  ]

  private func report(_ findings: [DatasetFinding], below root: String) -> [String] {
    findings.map { finding in
      let place = finding.path.hasPrefix(root + "/") ? String(finding.path.dropFirst(root.count + 1)) : finding.path
      return place + (finding.line.map { ":\($0)" } ?? "") + " \(finding.kind.rawValue)"
    }
  }

  @Test func findsThePlantedDefectsAndNothingElse() throws {
    let root = fixture("Faulty")
    let found = report(try DatasetVerifier().findings(at: root), below: root)
    #expect(Self.planted.count == 15)
    #if ImageCodecs
      #expect(found == Self.planted)
    #else
      let hidden = ["duplicateAcrossSplits", "damagedPicture", "uniformPicture"]
      #expect(found == Self.planted.filter { line in !hidden.contains { line.hasSuffix($0) } })
    #endif
  }

  @Test func aFindingIsOneLine() throws {
    let root = fixture("Faulty")
    let findings = try DatasetVerifier().findings(at: root)
    let line = "error: \(root)/\(Self.list):7: label 8 is not in 1...7 [labelOutOfRange]"
    #expect(findings.map(\.description).contains(line))
    for finding in findings { #expect(finding.description.contains(where: \.isNewline) == false) }
  }

  @Test func aSoundSetIsSound() throws {
    #expect(try DatasetVerifier().findings(at: fixture("Data/raf-db")) == [])
  }

  @Test func reportsDuplicatesAndEmptyClassesOfFERPlus() throws {
    let root = fixture("Data/fer-plus")
    let findings = try DatasetVerifier(layout: .ferPlus).findings(at: root)
    #expect(findings.allSatisfy { $0.severity == .warning })
    let found = report(findings, below: root)
    #if ImageCodecs
      #expect(found.contains("FER2013Test/fer0000031.png duplicateAcrossSplits"))
    #endif
    #expect(found.contains("FER2013Test/fer0000032.png duplicateAcrossSplits"))
    #expect(found.count { $0.hasSuffix("emptyClass") } == 5 + 6)
    #expect(found.filter { !$0.hasSuffix("emptyClass") && !$0.hasSuffix("duplicateAcrossSplits") } == [])
  }

  @Test func reportsVotesThatDoNotAddUp() throws {
    let folder = try TemporaryFolder()
    let names = ["FER2013Test", "FER2013Train", "FER2013Valid"]
    let rows = [9, 10].map { "a.png,\"(0, 0, 48, 48)\",\($0),0,0,0,0,0,0,0,0,0" }
    for name in names {
      try folder.write("\(name)/label.csv", rows.joined(separator: "\n"))
      try folder.write("\(name)/a.png")
    }
    let findings = try DatasetVerifier().findings(at: folder.path)
    let votes = findings.filter { $0.kind == .badVoteSum }
    #expect(report(votes, below: folder.path) == names.map { "\($0)/label.csv:1 badVoteSum" })
    let repeated = findings.filter { $0.kind == .listedTwice }
    #expect(repeated.map(\.line) == [2, 2, 2])
    #expect(repeated.allSatisfy { $0.severity == .warning })
  }

  @Test func reportsWhatAFolderHoldsBesidePictures() throws {
    let folder = try TemporaryFolder()
    for name in ["train/a/1.jpg", "train/b/notes.txt", "train/loose.jpg", "test/c/1.jpg"] { try folder.write(name) }
    let found = report(try DatasetVerifier().findings(at: folder.path), below: folder.path)
    #expect(
      found == [
        "test/c labelOutOfRange", "train/a/1.jpg emptyFile", "train/b emptyClass", "train/b/notes.txt unlistedFile",
        "train/loose.jpg unlistedFile",
      ])
  }

  #if ImageCodecs
    @Test func aReadableFormatUnderAnotherNameIsAWarning() throws {
      let root = fixture("Data/folder")
      let findings = try DatasetVerifier().findings(at: root)
      #expect(report(findings, below: root) == ["train/glad/4.png wrongFormat"])
      #expect(findings[0].severity == .warning)
    }
  #endif

  @Test func whatCannotBeReadAtAllIsThrown() throws {
    #expect(throws: DatasetError.self) { try DatasetVerifier().findings(at: fixture("Data/nowhere")) }
    #expect(throws: DatasetError.self) { try DatasetVerifier(layout: .synthetic).findings(at: fixture("Data")) }
    #expect(throws: DatasetError.self) { try DatasetVerifier(layout: .rafDB).findings(at: fixture("Data/folder")) }
  }

  @Test func findsNamesWithoutPersonsAndPersonsInSeveralSplits() throws {
    let folder = try TemporaryFolder()
    let names = [
      "test/a/S1_4.png", "test/a/S1_6.png", "test/a/S3_5.png", "test/b/S4_1.png", "train/a/S1_1.png",
      "train/a/S2_1.png", "train/b/7.png", "train/b/S1_3.png", "val/a/S1_2.png", "val/a/S3_1.png", "val/b/_1.png",
    ]
    for name in names { try folder.write(name) }
    func persons(_ separator: Character?) throws -> [DatasetFinding] {
      try DatasetVerifier(identitySeparator: separator).findings(at: folder.path).filter {
        [.missingIdentity, .personAcrossSplits].contains($0.kind)
      }
    }
    let found = try persons("_")
    #expect(
      report(found, below: folder.path) == [
        "test/a/S1_4.png personAcrossSplits", "test/a/S3_5.png personAcrossSplits", "train/b/7.png missingIdentity",
        "val/a/S1_2.png personAcrossSplits", "val/b/_1.png missingIdentity",
      ])
    #expect(found.map(\.severity) == [.warning, .warning, .error, .warning, .error])
    #expect(found[0].message == "the person \"S1\" is in \(folder("train/a/S1_1.png")) of the train split as well")
    #expect(try persons(nil) == [])
    let error = #expect(throws: DatasetError.self) {
      try DatasetVerifier(identitySeparator: "_").findings(at: fixture("Faulty"))
    }
    #expect(error?.kind == .missingIdentity)
  }
}
