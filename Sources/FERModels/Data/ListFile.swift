/// The text of a list of pictures: its bytes without a byte-order mark, and what is unusual about its form.
///
/// Lists come from many editors. A byte-order mark, carriage returns before line feeds and a last line without an end
/// are all read; ``DatasetVerifier`` reports the first two, because other programs stumble over them.
struct ListFile: Sendable {
  /// Where the list stands.
  let path: String
  /// The contents after the byte-order mark.
  let bytes: ArraySlice<UInt8>
  /// Whether the file begins with the UTF-8 byte-order mark.
  let hasByteOrderMark: Bool
  /// The first line that ends in a carriage return, counted from 1.
  let firstCarriageReturn: Int?

  /// Takes the contents of a file.
  init(path: String, bytes: [UInt8]) {
    self.path = path
    hasByteOrderMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let content = bytes[(hasByteOrderMark ? 3 : 0)...]
    firstCarriageReturn = content.firstIndex(of: .carriageReturn).map { place in
      1 + content[..<place].count { $0 == .lineFeed }
    }
    self.bytes = content
  }

  /// Reads a file.
  init(readingFrom path: String) throws(DatasetError) {
    self.init(path: path, bytes: try FolderReader.bytes(of: path))
  }

  /// The lines that are not blank, with their numbers.
  ///
  /// - Throws: nothing; bytes that are no UTF-8 become replacement characters and fail where the cell is understood.
  /// - Complexity: O(n) in the bytes of the file.
  var lines: [(number: Int, text: String)] {
    bytes.split(separator: .lineFeed, omittingEmptySubsequences: false).enumerated().compactMap { offset, line in
      let text = String(decoding: line.last == .carriageReturn ? line.dropLast() : line, as: UTF8.self)
      return text.allSatisfy(\.isWhitespace) ? nil : (offset + 1, text)
    }
  }
}

extension UInt8 {
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let quotationMark = UInt8(ascii: "\"")
  static let comma = UInt8(ascii: ",")
}
