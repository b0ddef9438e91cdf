extension String {
  /// Whether this string stands before another by its UTF-8 bytes, the order of every listing in this package.
  ///
  /// `<` compares Unicode-normalized scalars; bytes are what other tools sort by and what never changes between systems.
  func precedesByBytes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }

  /// This string on one line: control characters as `\u{…}`, so that a file name or a cell cannot break a message.
  var printable: String {
    guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      text +=
        scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
    }
  }

  /// The contents of a list's cell for a message: printable, in quotation marks, and at most 60 characters of it.
  var excerpt: String {
    let text = printable
    return text.count > 60 ? "\"\(text.prefix(60))…\"" : "\"\(text)\""
  }

  /// The part after the last dot in lower case, or nil if the name has none.
  var pathExtension: String? {
    guard let dot = lastIndex(of: "."), dot != startIndex else { return nil }
    return self[index(after: dot)...].lowercased()
  }
}

extension Collection<String> {
  /// The first few, for a message: `a, b, c and 5 more`.
  var firstFew: String {
    let shown = prefix(3).map(\.printable).joined(separator: ", ")
    return count > 3 ? "\(shown) and \(count - 3) more" : shown
  }
}
