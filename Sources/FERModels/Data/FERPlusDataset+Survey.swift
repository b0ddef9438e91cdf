extension FERPlusDataset {
  /// The table that Microsoft publishes for the whole set.
  static let tableName = "fer2013new.csv"
  /// The list in each split's folder.
  static let listName = "label.csv"
  /// The first row of the table.
  private static let header = ["Usage", "Image name"] + classNames + ["unknown", "NF"]
  /// The number of people who voted for a picture.
  private static let voters = 10

  /// Reads the lists and the names of the pictures.
  static func survey(at root: String, labels rule: FERPlusLabelRule) throws(DatasetError) -> DatasetSurvey {
    try FolderReader.requireFolder(root)
    var survey = DatasetSurvey(name: "FER+", classNames: classNames)
    survey.requiredSplits = Split.allCases
    survey.allowsRepetitions = true
    var reader = RowReader(rule: rule, root: root, survey: survey)
    for split in Split.allCases { try reader.enter(split) }
    let lists = Split.allCases.map { FolderReader.join(reader.folder(of: $0), listName) }
    let table = FolderReader.join(root, tableName)
    if lists.contains(where: FolderReader.exists) || !FolderReader.exists(table) {
      for split in Split.allCases { try reader.readList(of: split) }
    } else {
      try reader.readTable(ListFile(readingFrom: table))
    }
    return reader.finish()
  }

  /// Collects rows into a survey.
  private struct RowReader {
    let rule: FERPlusLabelRule
    let root: String
    var survey: DatasetSurvey
    private var present: [Split: [String]] = [:]
    private var firstLines: [String: Int] = [:]

    init(rule: FERPlusLabelRule, root: String, survey: DatasetSurvey) {
      self.rule = rule
      self.root = root
      self.survey = survey
    }

    func folder(of split: Split) -> String { FolderReader.join(root, folderName(of: split)) }

    /// Lists the pictures of a split.
    mutating func enter(_ split: Split) throws(DatasetError) {
      survey.places[split] = folder(of: split)
      present[split] = try FolderReader.names(in: folder(of: split)).filter { $0 != listName }
    }

    /// Reads the `label.csv` of a split.
    mutating func readList(of split: Split) throws(DatasetError) {
      let path = FolderReader.join(folder(of: split), listName)
      guard FolderReader.exists(path) else {
        throw DatasetError(
          .missingList, path: path, reason: "FER+'s list of votes is missing",
          remedy: "put label.csv there, or remove the others and put \(tableName) into \(root)")
      }
      let list = try ListFile(readingFrom: path)
      survey.lists.append(list)
      forEachRecord(of: list) { (reader, record) throws(DatasetError) in
        try reader.checkCount(record, in: path)
        let rectangle = record.fields[1].split(separator: ",").map { $0.filter { !" ()".contains($0) } }
        guard rectangle.count == 4, rectangle.allSatisfy({ Int($0) != nil }) else {
          throw reader.malformed(record, path, "the rectangle \(record.fields[1].excerpt) is not of four numbers")
        }
        try reader.add(record.fields[0], to: split, record: record, list: path)
      }
    }

    /// Reads the table of all splits.
    mutating func readTable(_ list: ListFile) throws(DatasetError) {
      survey.lists.append(list)
      var isFirst = true
      forEachRecord(of: list) { (reader, record) throws(DatasetError) in
        defer { isFirst = false }
        if isFirst {
          guard record.fields == header else {
            throw reader.malformed(record, list.path, "the first row is not \(header.joined(separator: ","))")
          }
          return
        }
        try reader.checkCount(record, in: list.path)
        let split: Split
        switch record.fields[0] {
        case "Training": split = .train
        case "PublicTest": split = .validation
        case "PrivateTest": split = .test
        default:
          throw reader.malformed(
            record, list.path, "the usage \(record.fields[0].excerpt) is none of Training, PublicTest, PrivateTest")
        }
        guard !record.fields[1].isEmpty else { return }
        try reader.add(record.fields[1], to: split, record: record, list: list.path)
      }
    }

    /// What was read, with the pictures that are missing and those that no row names.
    consuming func finish() -> DatasetSurvey {
      for split in Split.allCases {
        let paths = (present[split] ?? []).map { FolderReader.join(folder(of: split), $0) }
        let names = Set(paths)
        survey.missing += survey.entries.filter { $0.split == split && !names.contains($0.path) }
        survey.unlisted += paths.filter { firstLines[$0] == nil }
          .map { DatasetFinding(.unlistedFile, .warning, path: $0, message: "no list names this file") }
      }
      return survey
    }

    /// Hands every record over, and notes the faults of the others.
    private mutating func forEachRecord(
      of list: ListFile, _ body: (inout RowReader, CSVReader.Record) throws(DatasetError) -> Void
    ) {
      var reader = CSVReader(list)
      while true {
        do throws(DatasetError) {
          guard let record = try reader.next() else { return }
          try body(&self, record)
        } catch {
          survey.faults.append(error)
        }
      }
    }

    private func malformed(_ record: CSVReader.Record, _ path: String, _ reason: String) -> DatasetError {
      DatasetError(
        .malformedRow, path: path, line: record.line, reason: reason,
        remedy: "compare the line with the published file")
    }

    private func checkCount(_ record: CSVReader.Record, in path: String) throws(DatasetError) {
      guard record.fields.count == header.count else {
        throw malformed(record, path, "\(record.fields.count) fields instead of \(header.count)")
      }
    }

    /// Adds a picture with the votes in the last ten fields of its record.
    private mutating func add(
      _ name: String, to split: Split, record: CSVReader.Record, list: String
    ) throws(DatasetError) {
      let path = FolderReader.join(folder(of: split), name)
      let first = firstLines[path]
      if first == nil { firstLines[path] = record.line }
      var votes: [Int] = []
      for field in record.fields.suffix(FERPlusLabelRule.columnCount) {
        guard let vote = Int(field), (0...1000).contains(vote) else {
          throw malformed(record, list, "the vote \(field.excerpt) is not a count")
        }
        votes.append(vote)
      }
      let total = votes.reduce(0, +)
      if total != voters {
        survey.remarks.append(
          DatasetFinding(
            .badVoteSum, .warning, path: list, line: record.line,
            message: "the votes for \(name.printable) add up to \(total) instead of \(voters)"))
      }
      let entry = DatasetSurvey.Entry(
        path: path, split: split, label: rule.label(forVotes: votes), list: list, line: record.line)
      survey.entries.append(entry)
      if let first { survey.repetitions.append(.init(entry: entry, firstLine: first)) }
    }
  }
}
