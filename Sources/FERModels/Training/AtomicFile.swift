import Foundation

/// Replaces a file as a whole: whoever reads it finds the old contents or the new, never a part.
enum AtomicFile {
  /// Writes beside the file, asks the system to store it, and renames.
  ///
  /// - Throws: ``TrainingError/unwritable(path:reason:)``; the old file stands then.
  static func write(_ text: String, to path: String) throws(TrainingError) {
    let partial = "\(path).partial"
    do {
      try Data().write(to: URL(filePath: partial))
      let handle = try FileHandle(forWritingTo: URL(filePath: partial))
      defer { try? handle.close() }
      try handle.write(contentsOf: Data(text.utf8))
      try handle.synchronize()
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      throw .unwritable(path: path, reason: systemReason(of: error))
    }
    guard unsafe rename(partial, path) == 0 else {
      let reason = unsafe String(cString: strerror(errno))
      try? FileManager.default.removeItem(atPath: partial)
      throw .unwritable(path: path, reason: reason)
    }
  }
}

/// The operating system's own words for an error of Foundation, in one line.
func systemReason(of error: any Error) -> String {
  let error = error as NSError
  if let underlying = error.userInfo[NSUnderlyingErrorKey] as? any Error { return systemReason(of: underlying) }
  if error.domain == NSPOSIXErrorDomain { return unsafe String(cString: strerror(Int32(error.code))) }
  return error.localizedDescription.split(whereSeparator: \.isNewline).joined(separator: " ")
}
