/// The arrangement of files by which a folder is read as a data set.
public enum DatasetLayout: String, CaseIterable, Codable, Sendable {
  /// Whichever of the layouts below the folder has.
  case auto
  /// RAF-DB's official layout, ``RAFDBDataset``.
  case rafDB = "raf-db"
  /// FER+ as Microsoft publishes it, ``FERPlusDataset``.
  case ferPlus = "fer-plus"
  /// A folder for each class, ``FolderDataset``.
  case folder
  /// Drawn faces, which need no folder.
  case synthetic

  /// The layout that a folder has.
  ///
  /// Looked for in this order: `EmoLabel/list_patition_label.txt` (RAF-DB); `FER2013Train` or `fer2013new.csv` (FER+);
  /// `train` with a folder in it, or folders with pictures directly in them (folder). Only names are looked at.
  ///
  /// - Throws: `missingFolder`, or `unknownLayout` with what was looked for.
  public static func detect(at root: String) throws(DatasetError) -> DatasetLayout {
    try FolderReader.requireFolder(root)
    if let layout = try recognized(at: root) { return layout }
    var remedy = "name the layout, or give the folder above these"
    for name in try FolderReader.names(in: root) {
      let folder = FolderReader.join(root, name)
      if FolderReader.isFolder(folder), let layout = try recognized(at: folder), layout != .folder {
        remedy = "give \(folder), which has the layout \(layout.rawValue)"
        break
      }
    }
    throw DatasetError(
      .unknownLayout, path: root,
      reason: "no \(RAFDBDataset.listPath) (raf-db), no \(FERPlusDataset.folderName(of: .train)) or"
        + " \(FERPlusDataset.tableName) (fer-plus), no train/<class> and no <class> with .jpg or .png files (folder)",
      remedy: remedy)
  }

  private static func recognized(at root: String) throws(DatasetError) -> DatasetLayout? {
    func has(_ name: String) -> Bool { FolderReader.exists(FolderReader.join(root, name)) }
    if has(RAFDBDataset.listPath) { return .rafDB }
    if has(FERPlusDataset.folderName(of: .train)) || has(FERPlusDataset.tableName) { return .ferPlus }
    let train = FolderReader.join(root, "train")
    if FolderReader.isFolder(train) { return try hasSubfolder(train) { _ in true } ? .folder : nil }
    let isClass = { (names: [String]) in
      names.contains { FolderDataset.pictureExtensions.contains($0.pathExtension ?? "") }
    }
    return try hasSubfolder(root, where: isClass) ? .folder : nil
  }

  /// Whether a folder stands in this one whose names meet a condition.
  private static func hasSubfolder(
    _ root: String, where condition: ([String]) -> Bool
  ) throws(DatasetError) -> Bool {
    for name in try FolderReader.names(in: root) {
      let folder = FolderReader.join(root, name)
      if FolderReader.isFolder(folder), condition(try FolderReader.names(in: folder)) { return true }
    }
    return false
  }
}

extension DatasetLayout {
  /// Opens a folder as a data set.
  ///
  /// - Parameters:
  ///   - root: the folder.
  ///   - rule: how the votes of FER+ become labels.
  ///   - identitySeparator: what ends the person's name in a file's name, for the layout `folder`; nil tells no persons.
  /// - Throws: what keeps the folder from being a data set of this layout, and `missingIdentity` for an identity separator
  ///   where file names tell no persons.
  /// - Precondition: the layout is not `synthetic`, which stands in no folder.
  public func open(
    at root: String, labels rule: FERPlusLabelRule = .majority, identitySeparator: Character? = nil
  ) throws(DatasetError) -> any FaceDataset {
    if identitySeparator != nil { try requirePersonNames(at: root) }
    return switch self {
    case .auto: try Self.detect(at: root).open(at: root, labels: rule, identitySeparator: identitySeparator)
    case .rafDB: try RAFDBDataset(at: root)
    case .ferPlus: try FERPlusDataset(at: root, labels: rule)
    case .folder: try FolderDataset(at: root, identitySeparator: identitySeparator)
    case .synthetic: preconditionFailure("synthetic faces stand in no folder; make SyntheticFaces itself")
    }
  }

  /// Refuses an identity separator where file names tell no persons.
  private func requirePersonNames(at root: String) throws(DatasetError) {
    guard !mayNamePersons else { return }
    throw DatasetError(
      .missingIdentity, path: root, reason: "file names tell no persons in the layout \(rawValue)",
      remedy: "leave the identity separator out")
  }

  /// Whether file names may begin with a person; what `auto` stands for is not known yet.
  public var mayNamePersons: Bool { self == .folder || self == .auto }

  /// Reads a folder for ``DatasetVerifier``.
  func survey(at root: String, identitySeparator: Character? = nil) throws(DatasetError) -> DatasetSurvey {
    if identitySeparator != nil { try requirePersonNames(at: root) }
    return switch self {
    case .auto: try Self.detect(at: root).survey(at: root, identitySeparator: identitySeparator)
    case .rafDB: try RAFDBDataset.survey(at: root)
    case .ferPlus: try FERPlusDataset.survey(at: root, labels: .majority)
    case .folder: try FolderDataset.survey(at: root)
    case .synthetic:
      throw DatasetError(
        .unknownLayout, path: root, reason: "synthetic faces have no files to verify", remedy: "name another layout")
    }
  }
}
