extension FolderDataset {
  /// The endings that make a file a picture, in lower case.
  static let pictureExtensions = ["jpg", "jpeg", "png"]

  /// Lists the classes and their files.
  static func survey(at root: String) throws(DatasetError) -> DatasetSurvey {
    try FolderReader.requireFolder(root)
    let folders = try splitFolders(at: root)
    let train = folders[.train] ?? root
    var loose: [String] = []
    let classNames = try subfolders(of: train, loose: &loose)
    guard !classNames.isEmpty else {
      throw DatasetError(
        .unknownLayout, path: train, reason: "there is no folder for any class",
        remedy: "put the pictures of each class into a folder with the name of the class")
    }

    var survey = DatasetSurvey(name: FolderReader.name(of: root), classNames: classNames)
    survey.classesAreFolders = true
    survey.places = folders
    survey.requiredSplits = [.train]
    for split in Split.allCases {
      guard let folder = folders[split] else { continue }
      let names = split == .train ? classNames : try subfolders(of: folder, loose: &loose)
      for name in names {
        let classFolder = FolderReader.join(folder, name)
        guard let label = classNames.firstIndex(of: name) else {
          survey.faults.append(
            DatasetError(
              .labelOutOfRange, path: classFolder, reason: "\(name.excerpt) is not a class of the train split",
              remedy: "rename the folder, or add the class to \(train)"))
          continue
        }
        for file in try files(below: classFolder) {
          if pictureExtensions.contains(FolderReader.name(of: file).pathExtension ?? "") {
            survey.entries.append(.init(path: file, split: split, label: label, list: nil, line: nil))
          } else {
            loose.append(file)
          }
        }
      }
    }
    survey.unlisted = loose.map { path in
      let isPicture = pictureExtensions.contains(FolderReader.name(of: path).pathExtension ?? "")
      return DatasetFinding(
        .unlistedFile, .warning, path: path,
        message: isPicture
          ? "the picture stands in no class's folder" : "the file is not read: it ends in none of .jpg, .jpeg, .png")
    }
    return survey
  }

  /// The folder of each split that is there; the root itself is `train` where nothing is called so.
  private static func splitFolders(at root: String) throws(DatasetError) -> [Split: String] {
    let train = FolderReader.join(root, "train")
    guard FolderReader.isFolder(train) else { return [.train: root] }
    var folders = [Split.train: train]
    for name in ["validation", "valid", "val"] {
      let folder = FolderReader.join(root, name)
      guard FolderReader.isFolder(folder) else { continue }
      if let other = folders.updateValue(folder, forKey: .validation) {
        throw DatasetError(
          .unknownLayout, path: folder, reason: "\(FolderReader.name(of: other)) is there as well",
          remedy: "keep one folder for the validation split")
      }
    }
    let test = FolderReader.join(root, "test")
    if FolderReader.isFolder(test) { folders[.test] = test }
    return folders
  }

  /// The names of the folders in a folder; files beside them are added to `loose`.
  private static func subfolders(of folder: String, loose: inout [String]) throws(DatasetError) -> [String] {
    var names: [String] = []
    for name in try FolderReader.names(in: folder) {
      let path = FolderReader.join(folder, name)
      if FolderReader.isFolder(path) { names.append(name) } else { loose.append(path) }
    }
    return names
  }

  /// The files at any depth, by the bytes of their folder and then of their name.
  ///
  /// A folder that links lead to twice is read once, so that a link to a folder above ends.
  private static func files(below folder: String) throws(DatasetError) -> [String] {
    var pending = [folder]
    var visited: Set<String> = []
    var found: [(folder: String, files: [String])] = []
    while let folder = pending.popLast() {
      guard visited.insert(FolderReader.resolvingLinks(in: folder)).inserted else { continue }
      var files: [String] = []
      pending += try subfolders(of: folder, loose: &files).map { FolderReader.join(folder, $0) }
      found.append((folder, files))
    }
    return found.sorted { $0.folder.precedesByBytes($1.folder) }.flatMap(\.files)
  }
}
