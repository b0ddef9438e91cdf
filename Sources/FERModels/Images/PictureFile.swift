/// A picture's file as a whole.
///
/// - Throws: `ImageError.unreadable` with the operating system's reason.
func readPicture(_ path: String) throws(ImageError) -> [UInt8] {
  do { return try FileStore.read(path) } catch { throw .unreadable(path: path, reason: error.reason) }
}

/// Replaces a picture's file.
///
/// - Throws: `ImageError.unwritable` with the operating system's reason; nothing has changed then.
func writePicture(_ bytes: [UInt8], to path: String) throws(ImageError) {
  do { try FileStore.replace(path, with: [bytes]) } catch { throw .unwritable(path: path, reason: error.reason) }
}
