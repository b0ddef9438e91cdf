/// Reads the part of JSON that a safetensors header uses: objects, strings, and arrays of whole numbers.
///
/// Positions are those of the file, so that errors can name the byte.
struct HeaderParser {
  let bytes: [UInt8]
  var position: Int
  let end: Int
  let path: String

  func failure(_ reason: String, at offset: Int? = nil) -> SafetensorsError {
    SafetensorsError(path: path, offset: offset ?? position, problem: .malformedHeader(reason: reason))
  }

  private var next: UInt8? { position < end ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
  }

  private mutating func accept(_ character: Character) -> Bool {
    skipSpace()
    guard next == character.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Character) throws(SafetensorsError) {
    guard accept(character) else { throw failure("\"\(character)\" expected") }
  }

  /// Checks that only space follows.
  mutating func parseEnd() throws(SafetensorsError) {
    skipSpace()
    guard position == end else { throw failure("text after the end of the object") }
  }

  /// Parses an object; `parseValue` is called behind each key's colon.
  mutating func parseObject(
    _ parseValue: (inout HeaderParser, _ key: String, _ offset: Int) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    try expect("{")
    if accept("}") { return }
    repeat {
      skipSpace()
      let offset = position
      let key = try parseString()
      try expect(":")
      try parseValue(&self, key, offset)
    } while accept(",")
    try expect("}")
  }

  /// Parses an array of whole numbers that are not negative.
  mutating func parseIntegers() throws(SafetensorsError) -> [Int] {
    try expect("[")
    if accept("]") { return [] }
    var values: [Int] = []
    repeat { values.append(try parseInteger()) } while accept(",")
    try expect("]")
    return values
  }

  private mutating func parseInteger() throws(SafetensorsError) -> Int {
    skipSpace()
    let start = position
    while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
    let digits = bytes[start..<position]
    guard let value = Int(String(decoding: digits, as: UTF8.self)), digits.count == 1 || digits.first != 0x30 else {
      throw failure("a whole number that is not negative expected", at: start)
    }
    return value
  }

  /// Parses a string with its escapes.
  mutating func parseString() throws(SafetensorsError) -> String {
    try expect("\"")
    let start = position
    var content: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case 0x22:
        guard let string = String(validating: content, as: UTF8.self) else {
          throw failure("a string is not UTF-8", at: start)
        }
        return string
      case 0x5C:
        content.append(contentsOf: String(try parseEscape()).utf8)
      case 0..<0x20:
        throw failure("a control character in a string", at: position - 1)
      default:
        content.append(byte)
      }
    }
    throw failure("a string without end", at: start)
  }

  private mutating func parseEscape() throws(SafetensorsError) -> Unicode.Scalar {
    let start = position - 1
    guard let byte = next else { throw failure("an escape without end", at: start) }
    position += 1
    switch Unicode.Scalar(byte) {
    case "\"", "\\", "/": return Unicode.Scalar(byte)
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      let unit = try parseCodeUnit(start)
      if let scalar = Unicode.Scalar(unit) { return scalar }
      guard UTF16.isLeadSurrogate(unit), next == 0x5C, position + 1 < end, bytes[position + 1] == 0x75 else {
        throw failure("half of a surrogate pair", at: start)
      }
      position += 2
      let trail = try parseCodeUnit(start)
      guard UTF16.isTrailSurrogate(trail) else { throw failure("half of a surrogate pair", at: start) }
      return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
    default: throw failure("an unknown escape", at: start)
    }
  }

  private mutating func parseCodeUnit(_ start: Int) throws(SafetensorsError) -> UInt16 {
    guard position + 4 <= end,
      bytes[position..<position + 4].allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
      let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw failure("an escape needs four hexadecimal digits", at: start) }
    position += 4
    return unit
  }
}
