import Foundation

/// Replaces a text file as a whole: whoever reads it finds the old contents or the new, never a part.
enum AtomicFile {
  /// Writes beside the file, flushes to the disk, and renames.
  ///
  /// - Throws: ``TrainingError/unwritable(path:reason:)``; the old file stands then.
  static func write(_ text: String, to path: String) throws(TrainingError) {
    do {
      try FileStore.replace(path, with: [Array(text.utf8)])
    } catch {
      throw .unwritable(path: path, reason: error.reason)
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
