#if Tool
  import ArgumentParser
  import FERModels

  /// `fer losses`.
  struct LossesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "losses", abstract: "List the losses that `fer train --loss NAME` takes.",
      discussion: """
        For each loss: its name and the Swift expression that makes it; where it comes from, the reading that the name
        stands for, and what its values and gradients are compared with. --json prints an object for each, with the weight
        that the loss has beside cross-entropy unless --lambda says otherwise.
        """)

    @Flag(name: .long, help: "Print a JSON object for each loss.")
    var json = false

    /// No line of the list is longer.
    private static let lineWidth = 100

    private struct Line: Encodable {
      let name, family, type, source, reading, checkedAgainst: String
      let lambda: Double
      let needs: [String]

      init(_ name: LossName) {
        let entry = name.entry
        self.name = name.rawValue
        family = name.family.rawValue
        (type, source, reading) = (entry.type, entry.source, entry.reading)
        checkedAgainst = entry.checkedAgainst.rawValue
        lambda = name.defaultLambda
        needs = name.needs
      }
    }

    func run() throws {
      if json {
        for name in LossName.allCases { Console.output(try Line(name).json) }
        return
      }
      let width = LossName.allCases.map(\.rawValue.count).max() ?? 0
      let indentation = String(repeating: " ", count: width + 4)
      for family in LossName.Family.allCases {
        Console.output("\(family.rawValue)")
        for name in LossName.allCases where name.family == family {
          let column = name.rawValue + String(repeating: " ", count: width - name.rawValue.count)
          Console.output("  \(column)  \(name.entry.type)")
          for line in Self.description(of: name, width: Self.lineWidth - indentation.count) {
            Console.output("\(indentation)\(line)")
          }
        }
      }
    }

    /// What stands below a name and its type; the reference is not broken.
    private static func description(of name: LossName, width: Int) -> [String] {
      let entry = name.entry
      let needs = name.needs.isEmpty ? "" : "; needs \(name.needs.joined(separator: " and "))"
      let reference = "[\(entry.checkedAgainst.rawValue)]"
      let text = "\(entry.source): \(entry.reading)\(needs)".wrapped(at: width)
      var lines = text.split(separator: "\n").map { String($0) }
      if let last = lines.last, last.count + 1 + reference.count <= width {
        lines[lines.count - 1] = "\(last) \(reference)"
      } else {
        lines.append(reference)
      }
      return lines
    }
  }

  extension LossName {
    /// What a training needs beside pictures and labels.
    fileprivate var needs: [String] {
      (readsIdentities ? ["people in the data set"] : []) + (readsTeacher ? ["--teacher"] : [])
    }
  }
#endif
