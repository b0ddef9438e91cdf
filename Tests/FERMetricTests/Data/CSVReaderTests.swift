import Testing

@testable import FERModels

@Suite struct CSVReaderTests {
  private func records(_ text: String) throws -> [CSVReader.Record] {
    var reader = CSVReader(ListFile(path: "list.csv", bytes: Array(text.utf8)))
    var records: [CSVReader.Record] = []
    while let record = try reader.next() { records.append(record) }
    return records
  }

  @Test(arguments: [
    ("", []),
    ("a,b", [["a", "b"]]),
    ("a,b\n", [["a", "b"]]),
    ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
    ("a,b\rc,d", [["a", "b"], ["c", "d"]]),
    ("\u{FEFF}a,b\nc", [["a", "b"], ["c"]]),
    ("a.png,\"(0, 0, 48, 48)\",4", [["a.png", "(0, 0, 48, 48)", "4"]]),
    ("\"say \"\"hi\"\"\",\"\"", [["say \"hi\"", ""]]),
    ("\"two\r\nlines\",x\ny", [["two\r\nlines", "x"], ["y"]]),
    (",\n,,", [["", ""], ["", "", ""]]),
    (" a , b ", [[" a ", " b "]]),
    ("a\n\n\r\nb\n", [["a"], ["b"]]),
    ("Überraschung,驚き", [["Überraschung", "驚き"]]),
  ])
  func fields(text: String, expected: [[String]]) throws {
    #expect(try records(text).map(\.fields) == expected)
  }

  @Test func linesAreThoseOnWhichRecordsBegin() throws {
    #expect(try records("a\n\"b\n\nb\"\r\n\nc\rd").map(\.line) == [1, 2, 6, 7])
  }

  @Test(arguments: [
    ("a\nb,\"c\nd", 2, "not closed"),
    ("a\nb\"c", 2, "inside a field"),
    ("\"a\nb\"c", 2, "follows a closing"),
  ])
  func faults(text: String, line: Int, reason: String) throws {
    let error = #expect(throws: DatasetError.self) { try records(text) }
    #expect(error?.kind == .malformedRow)
    #expect(error?.path == "list.csv")
    #expect(error?.line == line)
    #expect(error?.reason.contains(reason) == true)
  }

  @Test func goesOnBehindTheLineAtFault() throws {
    var reader = CSVReader(ListFile(path: "list.csv", bytes: Array("a\nb\"c,\"d\ne,f\n".utf8)))
    #expect(try reader.next()?.fields == ["a"])
    #expect(throws: DatasetError.self) { try reader.next() }
    #expect(try reader.next() == CSVReader.Record(line: 3, fields: ["e", "f"]))
    #expect(try reader.next() == nil)
  }
}
