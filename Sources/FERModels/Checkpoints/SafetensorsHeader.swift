internal import FERMetric

/// The parsed header of a safetensors file, checked against the size of the file.
struct SafetensorsHeader {
  var metadata: [String: String] = [:]
  var entries: [SafetensorsFile.Entry] = []

  /// The longest header that the format allows.
  static let maximumLength = 100_000_000

  /// Parses and validates the header of a file's bytes.
  init(_ bytes: [UInt8], path: String) throws(SafetensorsError) {
    guard bytes.count >= 8 else { throw SafetensorsError(path: path, problem: .noHeader(size: bytes.count)) }
    let length = bytes[..<8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    let available = min(bytes.count - 8, Self.maximumLength)
    guard length <= UInt64(available) else {
      throw SafetensorsError(path: path, offset: 0, problem: .headerTooLong(length: length, available: available))
    }
    let dataStart = 8 + Int(length)
    var parser = HeaderParser(bytes: bytes, position: 8, end: dataStart, path: path)
    var names: Set<String> = []
    try parser.parseObject { (parser, name, offset) throws(SafetensorsError) in
      guard names.insert(name).inserted else {
        throw SafetensorsError(path: path, tensor: name, offset: offset, problem: .duplicateName)
      }
      if name == "__metadata__" {
        metadata = try parser.parseMetadata()
      } else {
        entries.append(try parser.parseEntry(name, offset))
      }
    }
    try parser.parseEnd()
    try place(dataStart: dataStart, fileSize: bytes.count, path: path)
  }

  /// Sorts the tensors by place and checks that they fill the data without gap or overlap.
  private mutating func place(dataStart: Int, fileSize: Int, path: String) throws(SafetensorsError) {
    entries.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    var next = 0
    for i in entries.indices {
      let entry = entries[i]
      guard entry.range.lowerBound == next else {
        throw SafetensorsError(
          path: path, tensor: entry.name, offset: entry.headerOffset,
          problem: .misplaced(
            begin: entry.range.lowerBound, end: entry.range.upperBound, expectedBegin: next))
      }
      next = entry.range.upperBound
    }
    guard fileSize - dataStart == next else {
      let (expected, overflow) = next.addingReportingOverflow(dataStart)
      throw SafetensorsError(
        path: path, tensor: next > fileSize - dataStart ? entries.last?.name : nil,
        problem: .wrongLength(expected: overflow ? .max : expected, found: fileSize))
    }
    for i in entries.indices {
      let range = entries[i].range
      entries[i].range = range.lowerBound + dataStart..<range.upperBound + dataStart
    }
  }
}

extension HeaderParser {
  mutating func parseMetadata() throws(SafetensorsError) -> [String: String] {
    var metadata: [String: String] = [:]
    let path = path
    try parseObject { (parser, key, offset) throws(SafetensorsError) in
      let value = try parser.parseString()
      guard metadata.updateValue(value, forKey: key) == nil else {
        throw SafetensorsError(path: path, tensor: "__metadata__." + key, offset: offset, problem: .duplicateName)
      }
    }
    return metadata
  }

  /// Parses `{"dtype": …, "shape": […], "data_offsets": […]}`.
  mutating func parseEntry(_ name: String, _ start: Int) throws(SafetensorsError) -> SafetensorsFile.Entry {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try parseObject { (parser, key, offset) throws(SafetensorsError) in
      switch key {
      case "dtype" where typeName == nil: typeName = try parser.parseString()
      case "shape" where shape == nil: shape = try parser.parseIntegers()
      case "data_offsets" where offsets == nil: offsets = try parser.parseIntegers()
      default: throw parser.failure("unknown or repeated key \"\(key)\" of tensor \"\(name)\"", at: offset)
      }
    }
    guard let typeName, let shape, let offsets, offsets.count == 2 else {
      throw failure("tensor \"\(name)\" needs dtype, shape and two data_offsets", at: start)
    }
    func error(_ problem: SafetensorsError.Problem) -> SafetensorsError {
      SafetensorsError(path: path, tensor: name, offset: start, problem: problem)
    }
    guard let type = SafetensorsType(rawValue: typeName) else { throw error(.unsupportedType(typeName)) }
    guard offsets[0] <= offsets[1] else {
      throw error(.misplaced(begin: offsets[0], end: offsets[1], expectedBegin: offsets[0]))
    }
    var size = type.byteCount
    for length in shape where length != 0 {
      let (product, overflow) = size.multipliedReportingOverflow(by: length)
      guard !overflow else { throw error(.sizeMismatch(expected: .max, found: offsets[1] - offsets[0])) }
      size = product
    }
    if shape.contains(0) { size = 0 }
    guard size == offsets[1] - offsets[0] else {
      throw error(.sizeMismatch(expected: size, found: offsets[1] - offsets[0]))
    }
    return SafetensorsFile.Entry(
      name: name, type: type, shape: Shape(shape), range: offsets[0]..<offsets[1], headerOffset: start)
  }
}
