import Testing

@testable import FERModels

@Suite struct ListFileTests {
  @Test func linesKeepTheirNumbers() {
    let list = ListFile(path: "list.txt", bytes: Array("\u{FEFF}a 1\n\n  \nb 2\r\nc 3".utf8))
    #expect(list.lines.map(\.number) == [1, 4, 5])
    #expect(list.lines.map(\.text) == ["a 1", "b 2", "c 3"])
    #expect(list.hasByteOrderMark)
    #expect(list.firstCarriageReturn == 4)
  }

  @Test func aPlainListHasNothingUnusual() {
    let list = ListFile(path: "list.txt", bytes: Array("a 1\nb 2".utf8))
    #expect(!list.hasByteOrderMark)
    #expect(list.firstCarriageReturn == nil)
  }

  @Test func namesAreOrderedByBytes() {
    let names = ["é", "b", "a/b", "a.x", "B", "10", "9", "a"]
    #expect(names.sorted { $0.precedesByBytes($1) } == ["10", "9", "B", "a", "a.x", "a/b", "b", "é"])
  }

  @Test func controlCharactersDoNotBreakALine() {
    let error = DatasetError(.malformedRow, path: "a\nb", line: 3, reason: "reason", remedy: "remedy")
    #expect(error.description == "a\\nb:3: reason; remedy")
    #expect(String(repeating: "x", count: 70).excerpt == "\"" + String(repeating: "x", count: 60) + "…\"")
    #expect(["a", "b", "c", "d", "e"].firstFew == "a, b, c and 2 more")
  }

  @Test(arguments: [("a.JPG", "jpg"), ("a.b.png", "png"), ("a", nil), (".jpg", nil), ("a.", "")])
  func pathExtensions(name: String, expected: String?) { #expect(name.pathExtension == expected) }
}
