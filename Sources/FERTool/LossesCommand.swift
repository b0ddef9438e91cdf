#if Tool
  import ArgumentParser
  import FERModels

  /// `fer losses`.
  struct LossesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "losses", abstract: "List the losses that `fer train --loss NAME` takes.",
      discussion: """
        For each loss: its name, where it comes from, the reading that the name stands for, and what its values and
        gradients are compared with. --json prints an object for each, with the Swift expression that makes the loss and
        the weight that it has beside cross-entropy unless --lambda says otherwise.
        """)

    @Flag(name: .long, help: "Print a JSON object for each loss.")
    var json = false

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
      for family in LossName.Family.allCases {
        Console.output("\(family.rawValue)")
        for name in LossName.allCases where name.family == family {
          let entry = name.entry
          let needs = name.needs.isEmpty ? "" : "; needs \(name.needs.joined(separator: " and "))"
          let column = name.rawValue + String(repeating: " ", count: width - name.rawValue.count)
          Console.output("  \(column)  \(entry.source): \(entry.reading)\(needs) [\(entry.checkedAgainst.rawValue)]")
        }
      }
    }
  }

  extension LossName {
    /// What a training needs beside pictures and labels.
    fileprivate var needs: [String] {
      (readsIdentities ? ["people in the data set"] : []) + (readsTeacher ? ["--teacher"] : [])
    }
  }
#endif
