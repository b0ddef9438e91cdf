internal import Foundation

/// Reads whole files, and replaces files in one step.
enum FileStore {
  /// Reads a regular file as a whole.
  static func read(_ path: String) throws(SafetensorsError) -> [UInt8] {
    func failure(_ reason: String) -> SafetensorsError {
      SafetensorsError(path: path, problem: .unreadable(reason: reason))
    }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(systemReason()) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure(systemReason()) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw failure(status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a regular file")
    }
    let size = Int(status.st_size)
    var reason: String?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while filled < size {
        let count = unsafe Foundation.read(descriptor, buffer.baseAddress! + filled, size - filled)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { reason = systemReason() }
        if count <= 0 { break }
        filled += count
      }
    }
    if let reason { throw failure(reason) }
    return bytes
  }

  /// Writes the pieces of a file beside its place, flushes them to the disk and renames.
  ///
  /// On failure the former file is intact and nothing is left behind.
  static func replace(_ path: String, with chunks: [[UInt8]]) throws(SafetensorsError) {
    let partial = "\(path).\(getpid()).partial"
    let descriptor = unsafe open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw SafetensorsError(path: path, problem: .unwritable(reason: systemReason()))
    }
    var reason: String?
    for chunk in chunks where reason == nil { reason = append(chunk, to: descriptor) }
    if reason == nil && fsync(descriptor) != 0 { reason = systemReason() }
    if close(descriptor) != 0 && reason == nil { reason = systemReason() }
    if reason == nil, unsafe rename(partial, path) != 0 { reason = systemReason() }
    if let reason {
      _ = unsafe unlink(partial)
      throw SafetensorsError(path: path, problem: .unwritable(reason: reason))
    }
    flushFolder(of: path)
  }

  private static func append(_ bytes: [UInt8], to descriptor: Int32) -> String? {
    unsafe bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let count = unsafe write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { return systemReason() }
        offset += count
      }
      return nil
    }
  }

  /// Makes the rename itself durable, where the file system supports it.
  private static func flushFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// The operating system's sentence for its last error.
  private static func systemReason() -> String { unsafe String(cString: strerror(errno)) }
}
