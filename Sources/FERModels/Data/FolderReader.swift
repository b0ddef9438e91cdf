import Foundation

/// Reading folders and files for the data sets: the few calls of Foundation that they need, with their errors.
enum FolderReader {
  /// `folder/name`.
  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// The last component of a path.
  static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The path without links, to tell whether two paths lead to one folder.
  static func resolvingLinks(in path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  /// Whether a folder stands at the path; links are followed.
  static func isFolder(_ path: String) -> Bool { FileManager.default.fileExists(atPath: join(path, ".")) }

  /// Whether something stands at the path; links are followed.
  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// Refuses a path at which no folder stands.
  static func requireFolder(_ path: String) throws(DatasetError) {
    guard !isFolder(path) else { return }
    throw DatasetError(
      .missingFolder, path: path, reason: exists(path) ? "this is a file, not a folder" : "there is no such folder",
      remedy: "check the path of the data set")
  }

  /// The names in a folder that do not begin with a dot, sorted by bytes.
  static func names(in folder: String) throws(DatasetError) -> [String] {
    try requireFolder(folder)
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
        .filter { !$0.hasPrefix(".") }
        .sorted { $0.precedesByBytes($1) }
    } catch {
      throw DatasetError(
        .unreadable, path: folder, reason: "the folder cannot be listed", remedy: "check its permissions")
    }
  }

  /// The bytes of a file.
  static func bytes(of path: String) throws(DatasetError) -> [UInt8] {
    do throws(ImageError) {
      return try readPicture(path)
    } catch {
      let reason = if case .unreadable(_, let reason) = error { reason } else { error.description }
      throw DatasetError(
        .unreadable, path: path, reason: "the file cannot be read: \(reason)",
        remedy: "check that it is there, and its permissions")
    }
  }
}
