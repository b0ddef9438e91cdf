/// The records of a comma-separated file, after RFC 4180.
///
/// Fields in quotation marks may hold commas, line breaks and doubled quotation marks. Lines end in LF, CR LF or CR;
/// the last one may end with the file. Blank lines between records are skipped. Fields keep their spaces.
///
///     var reader = CSVReader(list)
///     while let record = try reader.next() { … }
///
/// After an error the reader goes on behind the line at fault, so that a check of a whole file finds every fault.
struct CSVReader {
  /// One record: its fields and the line on which it begins.
  struct Record: Equatable {
    let line: Int
    let fields: [String]
  }

  private let path: String
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private var line = 1

  /// Starts at the first line of a file.
  init(_ list: ListFile) {
    path = list.path
    bytes = list.bytes
    position = list.bytes.startIndex
  }

  /// The next record, or nil at the end of the file.
  ///
  /// - Throws: `malformedRow` with the line for a quotation mark that is not closed, or that stands inside a field that
  ///   does not begin with one, or that something other than a comma follows.
  mutating func next() throws(DatasetError) -> Record? {
    while let byte = peek, byte == .lineFeed || byte == .carriageReturn { endLine() }
    guard peek != nil else { return nil }
    let start = line
    var fields: [String] = []
    while true {
      fields.append(peek == .quotationMark ? try quotedField(recordLine: start) : try plainField())
      guard peek == .comma else { break }
      position += 1
    }
    if peek != nil { endLine() }
    return Record(line: start, fields: fields)
  }

  private var peek: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  /// Steps over one end of line.
  private mutating func endLine() {
    if bytes[position] == .carriageReturn, position + 1 < bytes.endIndex, bytes[position + 1] == .lineFeed {
      position += 1
    }
    position += 1
    line += 1
  }

  private mutating func plainField() throws(DatasetError) -> String {
    let start = position
    while let byte = peek, byte != .comma, byte != .lineFeed, byte != .carriageReturn {
      guard byte != .quotationMark else {
        throw fault(on: line, "a quotation mark stands inside a field that does not begin with one")
      }
      position += 1
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quotedField(recordLine: Int) throws(DatasetError) -> String {
    position += 1
    var content: [UInt8] = []
    while let byte = peek {
      if byte == .quotationMark {
        position += 1
        guard peek == .quotationMark else { return try closed(content) }
        content.append(byte)
        position += 1
      } else if byte == .lineFeed || byte == .carriageReturn {
        let start = position
        endLine()
        content += bytes[start..<position]
      } else {
        content.append(byte)
        position += 1
      }
    }
    throw fault(on: recordLine, "a quotation mark is not closed before the end of the file")
  }

  /// The content of a quoted field whose closing mark has just been read.
  private mutating func closed(_ content: [UInt8]) throws(DatasetError) -> String {
    if let byte = peek, byte != .comma, byte != .lineFeed, byte != .carriageReturn {
      throw fault(on: line, "text follows a closing quotation mark")
    }
    return String(decoding: content, as: UTF8.self)
  }

  /// Moves behind the current line and makes the error.
  private mutating func fault(on line: Int, _ reason: String) -> DatasetError {
    while let byte = peek, byte != .lineFeed, byte != .carriageReturn { position += 1 }
    if peek != nil { endLine() }
    return DatasetError(
      .malformedRow, path: path, line: line, reason: reason,
      remedy: "write fields with commas as \"…\" and quotation marks in them twice")
  }
}
