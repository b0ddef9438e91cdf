extension DatasetSurvey {
  /// What can be said without looking into the pictures.
  var findings: [DatasetFinding] {
    lists.flatMap(Self.findings) + faults.map(Self.finding) + missing.map(Self.finding(missing:))
      + repetitions.map { finding(repetition: $0) } + unlisted + remarks + emptiness
  }

  /// The form of a list.
  private static func findings(of list: ListFile) -> [DatasetFinding] {
    var findings: [DatasetFinding] = []
    if list.hasByteOrderMark {
      findings.append(
        DatasetFinding(
          .byteOrderMark, .warning, path: list.path, line: 1,
          message: "the list begins with a byte-order mark, which other programs take for a part of the first name"))
    }
    if let line = list.firstCarriageReturn {
      findings.append(
        DatasetFinding(
          .carriageReturns, .warning, path: list.path, line: line,
          message: "lines end in a carriage return, from here on or here and there"))
    }
    return findings
  }

  private static func finding(for fault: DatasetError) -> DatasetFinding {
    DatasetFinding(
      fault.kind == .labelOutOfRange ? .labelOutOfRange : .malformedRow, .error, path: fault.path, line: fault.line,
      message: fault.reason)
  }

  private static func finding(missing entry: Entry) -> DatasetFinding {
    DatasetFinding(
      .missingFile, .error, path: entry.list ?? entry.path, line: entry.line,
      message: "\(entry.path.printable) is not there")
  }

  private func finding(repetition: Repetition) -> DatasetFinding {
    let error = Self.error(for: repetition)
    return DatasetFinding(
      .listedTwice, allowsRepetitions ? .warning : .error, path: error.path, line: error.line, message: error.reason)
  }

  /// Splits and classes without pictures. Training needs every class; a split that is judged by can lack one.
  private var emptiness: [DatasetFinding] {
    var findings: [DatasetFinding] = []
    for split in Split.allCases {
      let labels = Set(entries.lazy.filter { $0.split == split }.compactMap(\.label))
      if labels.isEmpty {
        if requiredSplits.contains(split) {
          findings.append(
            DatasetFinding(
              .emptySplit, .error, path: places[split] ?? name, message: "the \(split) split has no labelled picture"))
        }
        continue
      }
      for label in classNames.indices where !labels.contains(label) {
        let error = emptyClass(label, in: split)
        findings.append(
          DatasetFinding(.emptyClass, split == .train ? .error : .warning, path: error.path, message: error.reason))
      }
    }
    return findings
  }
}
