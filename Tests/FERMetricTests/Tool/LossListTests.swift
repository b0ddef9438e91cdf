#if Tool
  import FERModels
  import Foundation
  import Testing

  /// What `fer losses` prints.
  @Suite struct LossListTests {
    private struct Line: Decodable { let name, type, source, reading, checkedAgainst: String }

    /// A line with name and type, and below it where the loss comes from, its reading and what it was checked against.
    @Test func everyLossIsListedWithItsType() throws {
      let outcome = try ToolProcess.run(["losses"])
      #expect(outcome.status == 0 && outcome.error.isEmpty)
      let lines = outcome.output.split(separator: "\n").map { String($0) }
      for line in lines { #expect(line.count <= 100, "\(line)") }
      for name in LossName.allCases {
        let entry = name.entry
        let place = try #require(lines.firstIndex { $0.hasPrefix("  \(name.rawValue) ") }, "\(name.rawValue)")
        #expect(lines[place].hasSuffix(" \(entry.type)"))
        let below = lines[(place + 1)...].prefix(while: { $0.hasPrefix("   ") })
        let text = below.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
        #expect(text.hasPrefix("\(entry.source): \(entry.reading)"), "\(text)")
        #expect(text.hasSuffix("[\(entry.checkedAgainst.rawValue)]"), "\(text)")
      }
    }

    @Test func everyLossIsAnObject() throws {
      let outcome = try ToolProcess.run(["losses", "--json"])
      #expect(outcome.status == 0 && outcome.error.isEmpty)
      let lines = try outcome.output.split(separator: "\n").map {
        try JSONDecoder().decode(Line.self, from: Data($0.utf8))
      }
      #expect(lines.map(\.name) == LossName.allCases.map(\.rawValue))
      for (line, name) in zip(lines, LossName.allCases) {
        let entry = name.entry
        #expect(line.type == entry.type && line.source == entry.source && line.reading == entry.reading)
        #expect(line.checkedAgainst == entry.checkedAgainst.rawValue)
      }
    }
  }
#endif
