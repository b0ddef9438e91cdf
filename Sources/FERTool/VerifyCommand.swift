#if Tool
  import ArgumentParser
  import FERModels

  /// `fer verify`.
  struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify", abstract: "Examine a data set and report everything that is wrong or suspicious.",
      discussion: """
        Lists are read line by line, every picture is decoded, and pictures are compared across splits. A line is
        printed for each finding. With --identity-separator the names of files have to tell persons, and a person in
        several splits is reported. The status is 65 if there is an error among them, and 0 for warnings alone.
        """)

    @Option(name: .long, help: ArgumentHelp("The folder of the data set.", valueName: "dir"))
    var data: String

    @Option(name: .long, help: "How the folder is arranged: auto, raf-db, fer-plus or folder.")
    var layout = DatasetLayout.auto

    @OptionGroup var identity: IdentityOptions

    @Flag(name: .long, help: "Print a JSON object for each finding.")
    var json = false

    private struct Line: Encodable {
      let kind: DatasetFinding.Kind
      let severity: DatasetFinding.Severity
      let path: String
      let line: Int?
      let message: String
    }

    func run() throws {
      let separator = try identity.separator(in: layout)
      let findings = try DatasetVerifier(layout: layout, identitySeparator: separator).findings(at: data)
      for finding in findings {
        if json {
          let line = Line(
            kind: finding.kind, severity: finding.severity, path: finding.path, line: finding.line,
            message: finding.message)
          Console.output(try line.json)
        } else {
          Console.output("\(finding)")
        }
      }
      let errors = findings.count { $0.severity == .error }
      if errors > 0 {
        throw UsageError("\(data): \(errors) errors and \(findings.count - errors) warnings were found", status: .data)
      }
      if !json {
        Console.output(findings.isEmpty ? "\(data): nothing is wrong" : "\(data): \(findings.count) warnings, no error")
      }
    }
  }
#endif
