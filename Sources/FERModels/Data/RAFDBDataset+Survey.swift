extension RAFDBDataset {
  /// Where the list stands below the root.
  static let listPath = "EmoLabel/list_patition_label.txt"

  /// Reads the list and the names of the pictures.
  static func survey(at root: String, images: Images = .aligned) throws(DatasetError) -> DatasetSurvey {
    try FolderReader.requireFolder(root)
    let list = try ListFile(readingFrom: listFile(at: root))
    let present = try pictures(at: root, images: images)
    let folder = FolderReader.join(root, "Image/\(images.rawValue)")

    var survey = DatasetSurvey(name: "RAF-DB", classNames: classNames)
    survey.lists = [list]
    survey.places = [.train: list.path, .test: list.path]
    var firstLines: [String: Int] = [:]
    var unlisted = Set(present)
    for (number, text) in list.lines {
      let cells = text.split(whereSeparator: \.isWhitespace).map(String.init)
      let file = fileName(of: cells[0], images: images)
      unlisted.remove(file)
      do throws(DatasetError) {
        let (split, label) = try row(cells, at: number, of: list.path)
        let entry = DatasetSurvey.Entry(
          path: FolderReader.join(folder, file), split: split, label: label, list: list.path, line: number)
        if let first = firstLines.updateValue(number, forKey: file) {
          survey.repetitions.append(.init(entry: entry, firstLine: first))
          firstLines[file] = first
        } else {
          survey.entries.append(entry)
        }
      } catch {
        survey.faults.append(error)
      }
    }
    let paths = Set(present.map { FolderReader.join(folder, $0) })
    survey.missing = survey.entries.filter { !paths.contains($0.path) }
    survey.unlisted = present.filter(unlisted.contains).map { name in
      DatasetFinding(
        .unlistedFile, .warning, path: FolderReader.join(folder, name), message: "the list does not name this file")
    }
    return survey
  }

  /// The path of the list, which must be there.
  private static func listFile(at root: String) throws(DatasetError) -> String {
    let path = FolderReader.join(root, listPath)
    guard FolderReader.exists(path) else {
      throw DatasetError(
        .missingList, path: path, reason: "RAF-DB's list of labels is missing",
        remedy: "give the folder that holds EmoLabel and Image (\"basic\" in the download)")
    }
    return path
  }

  /// The names of the picture files.
  private static func pictures(at root: String, images: Images) throws(DatasetError) -> [String] {
    let folder = FolderReader.join(root, "Image/\(images.rawValue)")
    guard FolderReader.isFolder(folder) else {
      throw DatasetError(
        .missingFolder, path: folder, reason: "the folder of the \(images.rawValue) pictures is missing",
        remedy: "unpack \(images.rawValue).zip in \(FolderReader.join(root, "Image"))")
    }
    return try FolderReader.names(in: folder)
  }

  /// The file of a listed name: `train_00001.jpg` is `train_00001_aligned.jpg` among the aligned pictures.
  private static func fileName(of listed: String, images: Images) -> String {
    guard images == .aligned, let dot = listed.lastIndex(of: ".") else { return listed }
    return "\(listed[..<dot])_aligned\(listed[dot...])"
  }

  /// The split and the label of a line.
  private static func row(
    _ cells: [String], at line: Int, of path: String
  ) throws(DatasetError) -> (split: Split, label: Int) {
    func malformed(_ reason: String) -> DatasetError {
      DatasetError(
        .malformedRow, path: path, line: line, reason: reason,
        remedy: "a line is a name and a label, as in train_00001.jpg 5")
    }
    guard cells.count == 2 else { throw malformed("\(cells.count) cells instead of 2") }
    guard let label = Int(cells[1]) else { throw malformed("the label \(cells[1].excerpt) is not a whole number") }
    let split: Split
    if cells[0].hasPrefix("train_") {
      split = .train
    } else if cells[0].hasPrefix("test_") {
      split = .test
    } else {
      throw malformed("the name \(cells[0].excerpt) begins neither with train_ nor with test_")
    }
    guard (1...classNames.count).contains(label) else {
      throw DatasetError(
        .labelOutOfRange, path: path, line: line, reason: "label \(label) is not in 1...\(classNames.count)",
        remedy: "correct the label of \(cells[0].printable)")
    }
    return (split, label - 1)
  }
}
