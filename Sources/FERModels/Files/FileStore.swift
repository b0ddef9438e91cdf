internal import Foundation

/// Why a file could not be read or written: the operating system's own words.
struct FileFailure: Error {
  let reason: String

  /// The reason of the system's last error.
  static var last: FileFailure { unsafe FileFailure(reason: String(cString: strerror(errno))) }
}

/// Reads whole files, and replaces files in one step.
enum FileStore {
  /// Reads a regular file as a whole.
  static func read(_ path: String) throws(FileFailure) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .last }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .last }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileFailure(reason: status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a regular file")
    }
    let size = Int(status.st_size)
    var failure: FileFailure?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while filled < size {
        let count = unsafe Foundation.read(descriptor, buffer.baseAddress! + filled, size - filled)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { failure = .last }
        if count <= 0 { break }
        filled += count
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes the pieces of a file beside its place, flushes them to the disk and renames.
  ///
  /// On failure the former file is intact and nothing is left behind. Whoever reads the file finds the old contents or
  /// the new, never a part; two writers of one path do not disturb each other.
  static func replace(_ path: String, with chunks: [[UInt8]]) throws(FileFailure) {
    let partial = "\(path).\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).partial"
    let descriptor = unsafe open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .last }
    var failure: FileFailure?
    for chunk in chunks where failure == nil { failure = append(chunk, to: descriptor) }
    if failure == nil && fsync(descriptor) != 0 { failure = .last }
    if close(descriptor) != 0 && failure == nil { failure = .last }
    if failure == nil, unsafe rename(partial, path) != 0 { failure = .last }
    if let failure {
      _ = unsafe unlink(partial)
      throw failure
    }
    flushFolder(of: path)
  }

  /// Removes what writers of a file left beside it when they were killed.
  static func removePartials(of path: String) {
    let (parent, name) = (folder(of: path), path.split(separator: "/").last.map(String.init) ?? path)
    let place = parent.isEmpty ? "." : parent
    for other in (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    where other.hasPrefix(name + ".") && other.hasSuffix(".partial") {
      _ = unsafe unlink(place + "/" + other)
    }
  }

  /// The path before the last part; empty for a name alone, `/` for what lies in the root.
  ///
  /// Foundation's own method traps for a name of one letter.
  static func folder(of path: String) -> String {
    var end = path.endIndex
    while end > path.startIndex, path[path.index(before: end)] == "/" { end = path.index(before: end) }
    guard let slash = path[..<end].lastIndex(of: "/") else { return "" }
    var stop = slash
    while stop > path.startIndex, path[path.index(before: stop)] == "/" { stop = path.index(before: stop) }
    return stop == path.startIndex ? "/" : String(path[..<stop])
  }

  /// Removes a folder if nothing is in it.
  ///
  /// - Returns: Whether it is gone.
  static func removeEmptyFolder(_ path: String) -> Bool {
    unsafe rmdir(path) == 0
  }

  private static func append(_ bytes: [UInt8], to descriptor: Int32) -> FileFailure? {
    unsafe bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let count = unsafe write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { return .last }
        offset += count
      }
      return nil
    }
  }

  /// Makes the rename itself durable, where the file system supports it.
  private static func flushFolder(of path: String) {
    let parent = folder(of: path)
    let descriptor = unsafe open(parent.isEmpty ? "." : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
