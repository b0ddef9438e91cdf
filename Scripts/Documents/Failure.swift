import Foundation

/// What went wrong, as the sentence to print.
struct Failure: Error {
  let message: String

  init(_ message: String) { self.message = message }
}

func contents(of path: String) throws(Failure) -> String {
  do {
    return try String(contentsOfFile: path, encoding: .utf8)
  } catch {
    throw Failure("\(path): \(error.localizedDescription)")
  }
}

func replaceContents(of path: String, with text: String) throws(Failure) {
  do {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  } catch {
    throw Failure("\(path): \(error.localizedDescription)")
  }
}
