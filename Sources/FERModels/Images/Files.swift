import Foundation

/// Reads a regular file as a whole.
///
/// - Throws: `ImageError.unreadable` with the operating system's reason.
func readFile(_ path: String) throws(ImageError) -> [UInt8] {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw .unreadable(path: path, reason: systemReason()) }
  defer { close(descriptor) }
  var status = stat()
  guard unsafe fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: systemReason()) }
  guard status.st_mode & S_IFMT == S_IFREG else {
    throw .unreadable(
      path: path, reason: status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a regular file")
  }
  let size = Int(status.st_size)
  var failure: String?
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
    while filled < size {
      let count = unsafe read(descriptor, buffer.baseAddress! + filled, size - filled)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { failure = systemReason() }
      if count <= 0 { break }
      filled += count
    }
  }
  if let failure { throw .unreadable(path: path, reason: failure) }
  return bytes
}

/// Writes a file beside the one to be replaced, then renames it.
///
/// - Throws: `ImageError.unwritable` with the operating system's reason; nothing has changed then.
func writeFile(_ bytes: [UInt8], to path: String) throws(ImageError) {
  let partial = "\(path).\(getpid()).partial"
  let descriptor = unsafe open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
  var failure: String?
  unsafe bytes.withUnsafeBytes { buffer in
    var offset = 0
    while offset < buffer.count {
      let count = unsafe write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
      if count < 0 && errno == EINTR { continue }
      if count < 0 {
        failure = systemReason()
        break
      }
      offset += count
    }
  }
  if close(descriptor) != 0 && failure == nil { failure = systemReason() }
  if failure == nil, unsafe rename(partial, path) != 0 { failure = systemReason() }
  if let failure {
    unsafe unlink(partial)
    throw .unwritable(path: path, reason: failure)
  }
}

/// The operating system's sentence for its last error.
private func systemReason() -> String { unsafe String(cString: strerror(errno)) }
