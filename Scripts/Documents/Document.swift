import Foundation

/// A Markdown file whose generated parts stand between a marker and `<!-- end -->`:
///
///     <!-- table NAME | columns -->            see Table.swift
///     <!-- snippet PATH NAME -->               the lines of PATH between `// begin NAME` and `// end NAME`
struct Document {
  let path: String

  /// The Markdown files among the paths and below those that are folders, in order.
  static func all(in paths: some Sequence<String>) throws(Failure) -> [Document] {
    var documents: [Document] = []
    for path in paths {
      if path.hasSuffix(".md") {
        documents.append(Document(path: path))
      } else {
        let below = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
        documents += below.sorted().filter { $0.hasSuffix(".md") }.map { Document(path: "\(path)/\($0)") }
      }
    }
    guard !documents.isEmpty else { throw Failure("there are no documents: name Markdown files or their folders") }
    return documents
  }

  func rewrite() throws(Failure) {
    let (old, new) = try (contents(of: path), generated())
    if old != new {
      try replaceContents(of: path, with: new)
      print("\(path): rewritten")
    }
  }

  /// One sentence for each thing that is wrong.
  func complaints() throws(Failure) -> [String] {
    let text = try contents(of: path)
    var complaints = deadLinks(in: text)
    let (old, new) = try (lines(of: text), lines(of: generated()))
    if let line = zip(old, new).enumerated().first(where: { $1.0 != $1.1 })?.offset ?? (old == new ? nil : old.count) {
      complaints.append("\(path):\(line + 1): differs from run logs or examples; `make docs` rewrites it")
    }
    return complaints
  }

  private func lines(of text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  private func generated() throws(Failure) -> String {
    var result: [String] = []
    var opened: (line: Int, body: [String])?
    var isCode = false
    for (index, line) in lines(of: try contents(of: path)).enumerated() {
      if opened == nil, line.hasPrefix("```") { isCode.toggle() }
      if isCode {
        result.append(String(line))
      } else if line == "<!-- end -->" {
        guard let block = opened else { throw Failure("\(path):\(index + 1): ends what never began") }
        result += block.body + [String(line)]
        opened = nil
      } else if opened == nil {
        result.append(String(line))
        do {
          if let body = try block(for: line) { opened = (index, body) }
        } catch {
          throw Failure("\(path):\(index + 1): \(error.message)")
        }
      }
    }
    if let block = opened { throw Failure("\(path):\(block.line + 1): has no <!-- end -->") }
    return result.joined(separator: "\n")
  }

  private func block(for line: Substring) throws(Failure) -> [String]? {
    guard line.hasPrefix("<!-- "), line.hasSuffix(" -->") else { return nil }
    let marker = line.dropFirst(5).dropLast(4)
    if marker.hasPrefix("table ") {
      return [""] + (try Table(marker: String(marker.dropFirst(6))).lines(from: RunLog.all())) + [""]
    }
    if marker.hasPrefix("snippet ") {
      let words = marker.split(separator: " ").map(String.init)
      guard words.count == 3 else { throw Failure("a snippet marker names a file and a snippet: '\(marker)'") }
      return ["```swift"] + (try snippet(words[2], of: words[1])) + ["```"]
    }
    return nil
  }

  private func snippet(_ name: String, of path: String) throws(Failure) -> [String] {
    let all = lines(of: try contents(of: path)).map(String.init)
    func position(_ mark: String) -> Int? { all.firstIndex { $0.trimmingCharacters(in: .whitespaces) == mark } }
    guard let begin = position("// begin \(name)"), let end = position("// end \(name)"), begin < end else {
      throw Failure("\(path) has no lines between '// begin \(name)' and '// end \(name)'")
    }
    let body = all[(begin + 1)..<end]
    let indent = body.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    return body.map { String($0.dropFirst(indent)) }
  }

  private func deadLinks(in text: String) -> [String] {
    let folder = (path as NSString).deletingLastPathComponent
    var complaints: [String] = []
    for (index, line) in lines(of: text).enumerated() {
      for match in line.matches(of: /\]\(([^)#\s]+)[^)]*\)/) where !match.1.contains(":") {
        let target = (folder as NSString).appendingPathComponent(String(match.1))
        if !FileManager.default.fileExists(atPath: target) {
          complaints.append("\(path):\(index + 1): leads to \(target), which does not exist")
        }
      }
    }
    return complaints
  }
}
