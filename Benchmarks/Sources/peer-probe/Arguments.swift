import Foundation

/// The command line: a verb, then pairs of `--name value`.
struct Arguments {
  let verb: String?
  private var options: [String: String] = [:]

  init(_ words: [String]) {
    verb = words.first
    for index in stride(from: 1, to: words.count - 1, by: 2) {
      options[String(words[index].drop { $0 == "-" })] = words[index + 1]
    }
  }

  subscript(name: String) -> String? { options[name] }

  func text(_ name: String) -> String {
    guard let value = options[name] else { fail("peer-probe needs --\(name)") }
    return value
  }

  func number(_ name: String) -> Int {
    guard let value = Int(text(name)) else { fail("--\(name) is a number") }
    return value
  }
}

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(64)
}
