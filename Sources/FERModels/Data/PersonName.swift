/// The names of persons that begin the names of files.
enum PersonName {
  /// What stands before the first separator in a file's name, without its ending.
  ///
  /// - Throws: `missingIdentity` if nothing does.
  static func beginning(_ path: String, endingAt separator: Character) throws(DatasetError) -> String {
    let file = FolderReader.name(of: path)
    let stem = file[..<(file.lastIndex(of: ".") ?? file.endIndex)]
    guard let end = stem.firstIndex(of: separator), end > stem.startIndex else {
      throw DatasetError(
        .missingIdentity, path: path,
        reason: "the name does not begin with a person and the separator \(String(separator).excerpt)",
        remedy: "rename the file, give the separator that all names have, or do without identities")
    }
    return String(stem[..<end])
  }
}
